import { expect, test } from "vitest";
import { atEndOfFile, endFile } from "./at-end-of-file.ts";

test("what is asked for is called once, the newest first, also when one of it fails", async () => {
  const called: string[] = [];
  atEndOfFile(() => called.push("first"));
  atEndOfFile(() => Promise.reject(new Error("no")));
  atEndOfFile(() => called.push("last"));
  await expect(endFile()).rejects.toThrow("no");
  expect(called).toEqual(["last", "first"]);
  await endFile();
  expect(called).toHaveLength(2);
});
