import type { OutputLine } from "@gastown/contracts";
import { eventually } from "@gastown/testkit";
import { expect, onTestFinished, test } from "vitest";
import { followOutput, publishOutput, readOutput } from "./index.ts";
import { useBus } from "./test/use-bus.ts";
import { wireOf } from "./wire.ts";

const used = useBus();

const line = (agent: string, n: number): OutputLine => ({
  at: "2026-11-22T14:00:00.000Z",
  agent,
  generation: 1,
  kind: "text",
  text: `line ${n}`,
});

test("the last lines of an agent, oldest first", async () => {
  for (let n = 1; n <= 5; n++) await publishOutput(used.bus, "t1", line("gt-a", n));
  await publishOutput(used.bus, "t1", line("gt-b", 1));
  await wireOf(used.bus).stream.publish("out.t1.gt-a", "not a line");
  const last = await readOutput(used.bus, { town: "t1", agent: "gt-a", last: 3 });
  expect(last.map(({ text }) => text)).toEqual(["line 3", "line 4", "line 5"]);
  expect(await readOutput(used.bus, { town: "t1", agent: "gt-a", last: 100 })).toHaveLength(5);
  expect(await readOutput(used.bus, { town: "t1", agent: "gt-none", last: 3 })).toEqual([]);
});

test("the newest 2,000 lines of an agent are kept, whatever others write", async () => {
  await Promise.all(Array.from({ length: 2_005 }, (_, n) => publishOutput(used.bus, "t4", line("gt-a", n + 1))));
  await publishOutput(used.bus, "t4", line("gt-b", 1));
  expect(await readOutput(used.bus, { town: "t4", agent: "gt-a", last: 5_000 })).toHaveLength(2_000);
  expect(await readOutput(used.bus, { town: "t4", agent: "gt-b", last: 5_000 })).toHaveLength(1);
});

test("lines as they are written, of one agent or of its town", async () => {
  const stopping = new AbortController();
  onTestFinished(() => stopping.abort());
  const seen: Record<string, string[]> = { agent: [], town: [] };
  const read = async (name: string, agent?: string): Promise<void> => {
    for await (const { text } of followOutput(used.bus, { town: "t2", agent, signal: stopping.signal }))
      seen[name]?.push(text);
  };
  const reading = [read("agent", "gt-a"), read("town")];
  await wireOf(used.bus).connection.flush();
  await publishOutput(used.bus, "t2", line("gt-a", 1));
  await publishOutput(used.bus, "t2", line("gt-b", 2));
  await publishOutput(used.bus, "t3", line("gt-a", 3));
  await publishOutput(used.bus, "t2", line("gt-a", 4));
  await eventually(() => expect(seen).toEqual({ agent: ["line 1", "line 4"], town: ["line 1", "line 2", "line 4"] }));
  stopping.abort();
  await Promise.all(reading);
});
