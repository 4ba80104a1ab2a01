import type { Tx } from "@gastown/db";
import { expect, test } from "vitest";
import { createBatchReads, type Key } from "./batch-reads.ts";

// Reads are given their keys; no connection is asked here.
const tx = {} as Tx;

/** A table in memory: the rows of a town are its ids in capitals, those that begin with `x` do not exist. */
function readingLetters() {
  const asked: string[][] = [];
  const read = (keys: readonly Key[]) => {
    asked.push(keys.map(({ town, id }) => `${town}/${id}`));
    const there = keys.filter(({ id }) => !id.startsWith("x"));
    return Promise.resolve(there.map(({ town, id }) => ({ town, id, value: `${town} ${id.toUpperCase()}` })));
  };
  const reads = createBatchReads(tx);
  return { asked, letters: reads.reader(read), reads };
}

test("what several ask for in one turn is read at once, and each is given its own", async () => {
  const { asked, letters } = readingLetters();
  const answers = await Promise.all([letters("one", ["a", "b"]), letters("two", ["b", "x"]), letters("one", ["b"])]);
  expect(answers).toEqual([["one A", "one B"], ["two B"], ["one B"]]);
  expect(asked).toEqual([["one/a", "one/b", "two/b", "two/x"]]);
});

test("those who go on together are together again, and what nobody asks for is not read", async () => {
  const { asked, letters } = readingLetters();
  const twice = async (town: string): Promise<string[]> => {
    const [first] = await letters(town, ["a"]);
    return [first ?? "", ...(await letters(town, ["c"])), ...(await letters(town, []))];
  };
  expect(await Promise.all(["one", "two"].map(twice))).toEqual([
    ["one A", "one C"],
    ["two A", "two C"],
  ]);
  expect(asked).toEqual([
    ["one/a", "two/a"],
    ["one/c", "two/c"],
  ]);
});

test("when a read fails, all who asked for it are told, and nobody else", async () => {
  const { letters, reads } = readingLetters();
  const broken = reads.reader<string>(() => Promise.reject(new Error("no table")));
  const outcomes = await Promise.allSettled([
    broken("one", ["a"]),
    broken("two", ["a"]),
    letters("one", ["a"]),
    reads.alone((given) => Promise.resolve(given === tx)),
  ]);
  expect(outcomes.map((outcome) => (outcome.status === "fulfilled" ? outcome.value : "no table"))).toEqual([
    "no table",
    "no table",
    ["one A"],
    true,
  ]);
});
