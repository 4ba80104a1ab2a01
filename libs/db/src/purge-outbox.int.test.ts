import { beadDeleted, nudgeAgent, openPull, startAgent, stopAgent, townCreated } from "@gastown/contracts";
import { usePostgres } from "@gastown/testkit";
import { sql } from "@gastown/db/drizzle";
import { afterAll, beforeAll, expect, test } from "vitest";
import { lockTown, purgeOutbox, saveOutbox, transaction, type Database, type OutboxDraft } from "./index.ts";
import { openSchema } from "./test/open-schema.ts";

const postgres = usePostgres();
let db: Database;
beforeAll(async () => {
  db = await openSchema(postgres.databaseUrl);
});
afterAll(() => db.close());

const bead = (id: string) => ({ bead: id, type: "issue" as const, title: "t", body: "" });
const job = (agent: string, id: string) => ({
  agent,
  generation: 1,
  name: "Anvil",
  identity: "a@t",
  role: "polecat" as const,
  rig: { rig: "web", defaultBranch: "main", check: null },
  bead: bead(id),
  branch: "b",
  base: "main",
  review: null,
  feedback: null,
  checkpoint: null,
  model: null,
  instructions: [],
  env: {},
  molecule: null,
  kind: "task" as const,
});
const pull = (id: string) => ({ rig: "web", bead: id, head: "b", base: "main", title: "t", body: "", draft: false });

/** What is pending of a town, by the subject of each message. */
function draft<D extends OutboxDraft["descriptor"]>(
  descriptor: D,
  town: string,
  about: { data: OutboxDraft<D>["data"]; subject: string },
): OutboxDraft {
  return { descriptor, town, actor: "rule:x", ...about };
}

async function fill(town: string): Promise<void> {
  const nudge = { agent: "gt-21", generation: 1, nudge: "n-1", message: "m", mode: "immediate" as const };
  await save([
    draft(startAgent, town, { data: job("gt-21", "gt-1"), subject: "start of 21 on 1" }),
    draft(startAgent, town, { data: job("gt-22", "gt-2"), subject: "start of 22 on 2" }),
    draft(stopAgent, town, { data: { agent: "gt-21", generation: 1, reason: "r" }, subject: "stop of 21" }),
    draft(nudgeAgent, town, { data: nudge, subject: "nudge of 21" }),
    draft(openPull, town, { data: pull("gt-3"), subject: "pull of 3" }),
    draft(openPull, town, { data: pull("gt-4"), subject: "bead/gt-1" }),
    draft(beadDeleted, town, { data: { bead: "gt-1", type: "issue" }, subject: "event about 1" }),
  ]);
}

function save(drafts: readonly OutboxDraft[]): Promise<string[]> {
  return transaction(db, async (tx) => {
    await lockTown(tx, drafts[0]?.town ?? "");
    return saveOutbox(tx, drafts);
  });
}

async function pending(town: string): Promise<string[]> {
  const { rows } = await db.drizzle.execute<{ subject: string }>(
    sql`select body->>'subject' as subject from outbox where town = ${town} order by town_seq`,
  );
  return rows.map(({ subject }) => subject);
}

const purge = (town: string, about: readonly string[] | "all") => transaction(db, (tx) => purgeOutbox(tx, town, about));

test.each<[string, string[], string[]]>([
  ["a bead, by its data, its job and its subject", ["gt-1"], ["start of 21 on 1", "bead/gt-1"]],
  ["an agent", ["gt-21"], ["start of 21 on 1", "stop of 21", "nudge of 21"]],
  ["several", ["gt-2", "gt-3"], ["start of 22 on 2", "pull of 3"]],
  ["nothing that is pending", ["gt-9"], []],
])("commands that were not sent are never sent when they are about %s", async (what, ids, purged) => {
  const town = `t${what.length}`;
  await fill(town);
  const before = await pending(town);
  expect(await purge(town, ids)).toBe(purged.length);
  expect(await pending(town)).toEqual(before.filter((subject) => !purged.includes(subject)));
});

test("what was sent, and what is another town's, stays", async () => {
  await fill("mine");
  await fill("other");
  await db.drizzle.execute(sql`update outbox set sent_at = now() where town = 'mine' and kind = 'command'`);
  expect(await purge("mine", ["gt-1", "gt-21"])).toBe(0);
  expect(await purge("mine", "all")).toBe(1);
  expect(await pending("mine")).toHaveLength(6);
  expect(await pending("other")).toHaveLength(7);
});

test("of a town as a whole nothing is left, and its next message comes behind", async () => {
  await fill("gone");
  expect(await purge("gone", "all")).toBe(7);
  await save([draft(townCreated, "gone", { data: { name: "New" }, subject: "new" })]);
  const { rows } = await db.drizzle.execute(sql`select town_seq::int as seq from outbox where town = 'gone'`);
  expect(rows).toEqual([{ seq: 8 }]);
});
