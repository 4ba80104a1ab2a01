import type { OutputLine } from "@gastown/contracts";
import { expect, test } from "vitest";
import { createOutput } from "./output.ts";

function collect() {
  const lines: OutputLine[] = [];
  const output = createOutput({ agent: "gt-1", generation: 2, send: (line) => lines.push(line) });
  return { output, said: () => lines.map(({ kind, text }) => `${kind} ${text}`), lines };
}

test("a growing text is one line, when it is complete", () => {
  const { output, said, lines } = collect();
  for (const text of ["I", "I lo", "I look"]) output.add({ kind: "text", part: "a", text, complete: false });
  expect(said()).toEqual([]);
  output.add({ kind: "text", part: "a", text: "I look.", complete: true });
  output.flush();
  expect(said()).toEqual(["text I look."]);
  expect(lines[0]).toMatchObject({ agent: "gt-1", generation: 2 });
});

test("a text that was cut off is shown at the end", () => {
  const { output, said } = collect();
  output.add({ kind: "text", part: "a", text: "half a sen", complete: false });
  output.flush();
  expect(said()).toEqual(["text half a sen"]);
});

test("a tool call is shown when it begins and when it ends, however often it is told", () => {
  const { output, said } = collect();
  const call = { kind: "tool", call: "1", tool: "bash" } as const;
  output.add({ ...call, state: "running", detail: "npm test" });
  output.add({ ...call, state: "running", detail: "npm test" });
  output.add({ ...call, state: "completed", detail: "ok 3" });
  output.add({ kind: "error", message: "APIError: 500" });
  expect(said()).toEqual(["tool bash: npm test", "tool bash completed\nok 3", "error APIError: 500"]);
});

test("long lines are cut and floods are bounded", () => {
  const { output, lines } = collect();
  output.add({ kind: "text", part: "a", text: "x".repeat(20_000), complete: true });
  expect(lines[0]?.text).toHaveLength(8_000);
  for (let i = 0; i < 1_000; i += 1) output.status(`line ${i}`);
  expect(lines).toHaveLength(300);
});
