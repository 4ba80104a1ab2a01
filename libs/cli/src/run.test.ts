import { afterEach, expect, test, vi } from "vitest";
import { run } from "./run.ts";

afterEach(() => void vi.restoreAllMocks());

/** The exit code of a command line, and all that it wrote. */
async function ran(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const written = { out: "", err: "" };
  const keep = (to: "out" | "err") => (text: string | Uint8Array) => {
    written[to] += String(text);
    return true;
  };
  vi.spyOn(process.stdout, "write").mockImplementation(keep("out"));
  vi.spyOn(process.stderr, "write").mockImplementation(keep("err"));
  vi.spyOn(console, "error").mockImplementation((text: string) => void keep("err")(text));
  return { code: await run(argv), ...written };
}

test.each([
  ["nonsense", "--help"],
  ["nonsense", "-h"],
  ["--json", "nonsense", "--help"],
  ["bead", "nonsense", "--help"],
])("help with a command that there is not is a wrong command line: %s %s %s", async (...argv) => {
  const { code, out, err } = await ran(...argv);
  expect(code).toBe(2);
  expect(`${out}${err}`).toMatch(/unknown command 'nonsense'[^]*gastown --help/);
});

test.each([["--help"], ["bead", "--help"], ["bead", "ls", "--help"], ["help", "bead"], ["--town", "x", "bead", "-h"]])(
  "help with what there is ends well: %s %s",
  async (...argv) => {
    const { code, out } = await ran(...argv);
    expect(code).toBe(0);
    expect(out).toContain("Usage: gastown");
  },
);
