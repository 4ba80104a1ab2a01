import { describe, expect, test } from "vitest";
import { capabilitiesOf } from "./capabilities.ts";
import { oneLine, settle, type Settleable } from "./settle.ts";

function message(): Settleable & { said: unknown[][] } {
  const said: unknown[][] = [];
  const note =
    (name: string) =>
    (...args: unknown[]): void =>
      void said.push([name, ...args]);
  return { said, ack: note("ack"), nak: note("nak"), term: note("term"), working: note("working") };
}
const server = (version: string) => ({ capabilities: capabilitiesOf(version) });

describe("term", () => {
  test.each(["2.9.10", "2.10.3"])("says no reason to %s, which would not understand it", (version) => {
    const received = message();
    settle.term(server(version), received, "bead_not_found");
    expect(received.said).toEqual([["term"]]);
  });

  test.each(["2.10.4", "2.15.1"])("says the reason to %s", (version) => {
    const received = message();
    settle.term(server(version), received, "bead_not_found");
    expect(received.said).toEqual([["term", "bead_not_found"]]);
  });

  test("a reason is one short line", () => {
    const received = message();
    settle.term(server("2.15.1"), received, `a\r\nb${"x".repeat(500)}`);
    expect(received.said[0]?.[1]).toBe(`a b${"x".repeat(197)}`);
  });
});

describe("again", () => {
  test.each([
    [0, 50],
    [49.6, 50],
    [200, 200],
    [1234.5, 1235],
  ])("after %d ms: nak with %d, never without a delay", (afterMs, delay) => {
    const received = message();
    settle.again(received, afterMs);
    expect(received.said).toEqual([["nak", delay]]);
  });
});

test("control characters never reach a protocol line", () => expect(oneLine(" a\u0000\tb\r\n ")).toBe("a b"));
