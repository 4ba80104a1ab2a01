import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createRings } from "./rings.ts";

const long = (seq: number, length: number) => ({ seq, frame: "x".repeat(length) });
const event = (seq: number) => ({ seq, frame: `${seq}` });

test("a town that was quiet since the start has nothing to catch up on", () => {
  const rings = createRings(10);
  expect(rings.after("t1", 10)).toEqual([]);
  expect(rings.after("t1", 9)).toBeNull();
});

test("a ring reaches back as far as it holds, and no further", () => {
  const rings = createRings(0, { limits: { events: 3, chars: 1_000 } });
  for (const seq of [2, 4, 6, 8]) rings.push("t1", event(seq));
  expect(rings.after("t1", 1)).toBeNull();
  expect(rings.after("t1", 2)).toEqual([event(4), event(6), event(8)]);
  expect(rings.after("t1", 5)).toEqual([event(6), event(8)]);
  expect(rings.after("t1", 9)).toEqual([]);
});

test("long events push out more than one, and one that is too long itself", () => {
  const rings = createRings(0, { limits: { events: 9, chars: 10 } });
  for (const [seq, length] of [
    [1, 4],
    [2, 4],
    [3, 9],
  ] as const)
    rings.push("t1", long(seq, length));
  expect(rings.after("t1", 1)).toBeNull();
  expect(rings.after("t1", 2)).toEqual([long(3, 9)]);
  rings.push("t1", long(4, 11));
  expect(rings.after("t1", 3)).toBeNull();
  expect(rings.after("t1", 4)).toEqual([]);
});

test("a dropped town is not taken for a quiet one", () => {
  const rings = createRings(0, { towns: 2 });
  for (const [i, town] of ["a", "b", "c"].entries()) rings.push(town, event(i + 1));
  expect(rings.after("a", 0)).toBeNull();
  expect(rings.after("a", 3)).toEqual([]);
  expect(rings.after("b", 0)).toEqual([event(2)]);
  rings.push("a", event(4));
  expect(rings.after("a", 3)).toEqual([event(4)]);
  expect(rings.after("a", 2)).toBeNull();
});

test("after a new start nothing older is claimed", () => {
  const rings = createRings(0);
  rings.push("t1", event(5));
  rings.clear(20);
  expect(rings.after("t1", 5)).toBeNull();
  expect(rings.after("t1", 20)).toEqual([]);
});

test("whatever is answered is exactly what was pushed after the sequence", () => {
  const pushes = fc.array(
    fc.record({ town: fc.constantFrom("a", "b", "c", "d"), gap: fc.integer({ min: 1, max: 3 }) }),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(pushes, fc.integer({ min: 0, max: 120 }), (all, asked) => {
      const rings = createRings(0, { limits: { events: 3, chars: 1_000 }, towns: 2 });
      const log: { town: string; seq: number }[] = [];
      for (const { town, gap } of all) {
        const seq = (log.at(-1)?.seq ?? 0) + gap;
        log.push({ town, seq });
        rings.push(town, event(seq));
      }
      for (const town of ["a", "b", "c", "d"]) {
        const answered = rings.after(town, asked);
        if (answered === null) continue;
        expect(answered.map(({ seq }) => seq)).toEqual(
          log.filter((one) => one.town === town && one.seq > asked).map(({ seq }) => seq),
        );
      }
    }),
  );
});
