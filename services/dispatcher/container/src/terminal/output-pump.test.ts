import { terminalLimits, type TerminalFrame } from "@gastown/contracts";
import { eventually } from "@gastown/testkit";
import { expect, test } from "vitest";
import { createOutputPump, cutOutput } from "./output-pump.ts";
import { createRing } from "./ring.ts";

test.each([
  { text: "", max: 3, pieces: [] },
  { text: "abc", max: 3, pieces: ["abc"] },
  { text: "abcd", max: 3, pieces: ["abc", "d"] },
  { text: "ab😀cd", max: 3, pieces: ["ab", "😀c", "d"] },
  { text: "😀😀", max: 1, pieces: ["\ud83d", "\ude00", "\ud83d", "\ude00"] },
])("$text in pieces of $max", ({ text, max, pieces }) => {
  expect(cutOutput(text, max)).toEqual(pieces);
  expect(cutOutput(text, max).join("")).toBe(text);
});

function pumpOf(ringBytes: number) {
  const ring = createRing(ringBytes);
  const sent: TerminalFrame[] = [];
  return { ring, sent, pump: createOutputPump({ ring, send: (frame) => sent.push(frame) }) };
}

test("small pieces that come together are told as one, in order", async () => {
  const { pump, sent } = pumpOf(1_000);
  for (const text of ["a", "b", "c"]) pump.add(text);
  expect(sent).toEqual([]);
  await eventually(() => expect(sent).toEqual([{ seq: 1, data: "abc" }]));
  pump.add("d");
  pump.end();
  expect(sent.at(-1)).toEqual({ seq: 2, data: "d" });
});

test("a flood does not grow the memory: what the ring keeps no more is never told, the end of it always is", () => {
  const { pump, ring, sent } = pumpOf(terminalLimits.ringBytes);
  const line = `${"y".repeat(1_023)}\n`;
  for (let i = 0; i < 4_096; i += 1) pump.add(line);
  pump.add("the end");
  pump.end();
  const told = sent.map(({ data }) => data).join("");
  expect(told.length).toBeLessThanOrEqual(terminalLimits.ringBytes + terminalLimits.frameChars);
  expect(told).toMatch(/the end$/);
  expect(sent.at(-1)?.seq).toBe(ring.last);
  expect(sent.map(({ seq }) => seq)).toEqual(sent.map((_, at) => (sent[0]?.seq ?? 0) + at));
  expect(sent[0]?.seq).toBeGreaterThan(1);
});
