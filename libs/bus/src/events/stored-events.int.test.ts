import { expect, test } from "vitest";
import { followEvents, provision, storedEvents } from "../index.ts";
import { publishEvents } from "../test/events.ts";
import { silent } from "../test/silent.ts";
import { useBus } from "../test/use-bus.ts";

const used = useBus();

test("the range of the stream, and the id of each event it holds", async () => {
  await provision(used.bus, { logger: silent });
  const stored = storedEvents(used.bus);
  const sequences = await publishEvents(used.bus, "t1", [1, 3]);
  const [first = 0, , last = 0] = sequences;
  expect(await stored.range()).toMatchObject({ firstSeq: first, lastSeq: last });

  const signal = AbortSignal.timeout(10_000);
  const ids: [number, string][] = [];
  for await (const { seq, envelope } of followEvents(used.bus, { fromSeq: first, until: last, signal })) {
    ids.push([seq, envelope.id]);
  }
  expect(ids.map(([seq]) => seq)).toEqual(sequences);
  for (const [seq, id] of ids) expect(await stored.idAt(seq)).toBe(id);
  expect(await stored.idAt(last + 1)).toBeNull();
});
