import { expect, test } from "vitest";
import { createRing } from "./ring.ts";

/** A ring of 10 bytes with these pieces. */
function ringOf(...pieces: string[]) {
  const ring = createRing(10);
  for (const piece of pieces) ring.push(piece);
  return ring;
}
const seqs = (ring: ReturnType<typeof createRing>, after: number, max = 1_000) => {
  const { frames, gap } = ring.after(after, max);
  return { got: frames.map(({ seq, data }) => `${seq}:${data}`), gap };
};

test.each([
  { given: "nothing", ring: ringOf(), after: 0, got: [], gap: null },
  { given: "all, for one who has nothing", ring: ringOf("aaa", "bbb"), after: 0, got: ["1:aaa", "2:bbb"], gap: null },
  { given: "the rest", ring: ringOf("aaa", "bbb"), after: 1, got: ["2:bbb"], gap: null },
  { given: "no more than there is", ring: ringOf("aaa", "bbb"), after: 2, got: [], gap: null },
  { given: "a number of the future", ring: ringOf("aaa"), after: 7, got: [], gap: null },
  {
    given: "pieces that fell out are told as a gap",
    ring: ringOf("aaaa", "bbbb", "cccc"),
    after: 0,
    got: ["2:bbbb", "3:cccc"],
    gap: { from: 1, to: 1 },
  },
  {
    given: "a gap in the middle of what one has",
    ring: ringOf("aaaa", "bbbb", "cccc", "dddd", "eeee"),
    after: 1,
    got: ["4:dddd", "5:eeee"],
    gap: { from: 2, to: 3 },
  },
  { given: "bytes count, not characters", ring: ringOf("ääää", "ö"), after: 0, got: ["1:ääää", "2:ö"], gap: null },
  { given: "one byte too many", ring: ringOf("ääää", "öa"), after: 0, got: ["2:öa"], gap: { from: 1, to: 1 } },
  {
    given: "the newest is kept whatever its size",
    ring: ringOf("a", "b".repeat(50)),
    after: 1,
    got: [`2:${"b".repeat(50)}`],
    gap: null,
  },
])("after a number: $given", ({ ring, after, got, gap }) => expect(seqs(ring, after)).toEqual({ got, gap }));

test("what does not fit into one answer is left for the next, and a single piece always fits", () => {
  const ring = createRing(1_000);
  for (const piece of ["aaa", "bbb", "ccc"]) ring.push(piece);
  expect(seqs(ring, 0, 6)).toEqual({ got: ["1:aaa", "2:bbb"], gap: null });
  expect(seqs(ring, 2, 1)).toEqual({ got: ["3:ccc"], gap: null });
  expect(ring.last).toBe(3);
});
