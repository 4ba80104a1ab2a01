import { expect, test } from "vitest";
import { failuresText, threadsText } from "./detail-text.ts";

const comment = (body: string) => ({ author: "ann", body, url: "https://x/1" });

test("a thread says where it is, with its link and who said what", () => {
  const thread = { file: "a.ts", line: 3, comments: [comment("rename it"), { ...comment("why?"), author: "bob" }] };
  expect(threadsText([thread])).toBe("on a.ts:3 (https://x/1):\n  ann: rename it\n  bob: why?");
  expect(threadsText([{ file: null, line: null, comments: [] }])).toBe("on the pull request:");
});

test("a failed check has its link and the end of its log", () => {
  const log = `begin\n${"x".repeat(6_000)}end`;
  const text = failuresText([{ name: "test", url: "https://x/2", log }]);
  expect(text).toMatch(/^check "test" \(https:\/\/x\/2\):\nx/);
  expect(text).toMatch(/end$/);
  expect(text).not.toContain("begin");
  expect(failuresText([{ name: "lint", url: null, log: "" }])).toBe('check "lint"');
});

test("however much was said, what is told has an end", () => {
  const talkative = { file: "a.ts", line: 1, comments: Array.from({ length: 20 }, () => comment("y".repeat(5_000))) };
  const text = threadsText(Array.from({ length: 9 }, () => talkative));
  expect(text.length).toBeLessThan(15_100);
  expect(text).toMatch(/\[and 8 more threads\]$/);
  expect(threadsText([])).toBe("");
});
