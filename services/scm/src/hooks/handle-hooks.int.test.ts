import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { ask, dropDeadLetter, listDeadLetters, publishHook, replayHook, retryDeadLetter } from "@gastown/bus";
import { noTown, readHookStates, type HookState } from "@gastown/contracts";
import { eventually, useServers } from "@gastown/testkit";
import { sql } from "@gastown/db/drizzle";
import { afterEach, describe, expect, test } from "vitest";
import { purgeDeliveries, readStates } from "../store/deliveries.ts";
import { secret } from "./test/hook-secret.ts";
import { useHookWorld } from "./test/hook-world.ts";
import { githubHeaders } from "./test/published-payloads.ts";

const servers = useServers();
const world = useHookWorld(servers);

afterEach(() => {
  world.beforeCommit = () => undefined;
  world.signals.length = 0;
  world.access.length = 0;
});

const repository = { id: 1, full_name: "acme/app" };
const statusBody = (sha: string) => JSON.stringify({ sha, repository });

async function statusOf(delivery: string): Promise<HookState["status"] | null> {
  const [state] = await readStates(world.db, [{ provider: "github", delivery }]);
  return state?.status ?? null;
}

const untilStatus = (delivery: string, wanted: HookState["status"]) =>
  eventually(async () => expect(await statusOf(delivery)).toBe(wanted), { timeoutMs: 20_000 });

const shas = () => world.signals.map(({ sha }) => sha);

/** Sends a status of a commit; answers the delivery's id. */
async function send(
  door: Awaited<ReturnType<typeof world.open>>,
  sha: string,
  headers = githubHeaders(statusBody(sha), { secret, event: "status" }),
): Promise<string> {
  const response = await door.post("github", statusBody(sha), headers);
  expect(response.status).toBe(202);
  return headers["x-github-delivery"] ?? "";
}

/** As though ten minutes had passed: the stream has forgotten the id. */
async function sendLater(delivery: string, sha: string, event = "status"): Promise<void> {
  await publishHook(world.bus, {
    provider: "github",
    event,
    delivery,
    action: null,
    receivedAt: new Date(),
    body: Buffer.from(statusBody(sha)),
    reduce: (raw) => raw,
    anew: true,
  });
}

describe("a delivery", () => {
  test("has its effects once, and is known as done", async () => {
    const door = await world.open({ handling: true });
    const delivery = await send(door, "c1");
    await untilStatus(delivery, "done");
    expect(world.signals).toMatchObject([{ kind: "check", sha: "c1", repo: { id: "1", name: "acme/app" } }]);
    const asked = { deliveries: [{ provider: "github" as const, delivery }] };
    const { data } = await ask(world.bus, readHookStates, { town: noTown, data: asked });
    expect(data.items).toMatchObject([{ delivery, status: "done", tries: 1, reason: null }]);
  });

  test("that is done and comes again changes nothing", async () => {
    const door = await world.open({ handling: true });
    const delivery = await send(door, "c2");
    await untilStatus(delivery, "done");
    await sendLater(delivery, "c2");
    const next = await send(door, "c3");
    await untilStatus(next, "done");
    expect(shas()).toEqual(["c2", "c3"]);
  });

  test("that failed is kept as failed, and is handled when it comes again", async () => {
    const door = await world.open();
    world.beforeCommit = (signals) => {
      if (signals.some(({ sha }) => sha === "bad")) throw new Error("this one cannot be handled");
    };
    const { end } = await door.begin();
    const [bad, good] = await Promise.all([send(door, "bad"), send(door, "good")]);
    await untilStatus(good, "done");
    await untilStatus(bad, "failed");
    const [state] = await readStates(world.db, [{ provider: "github", delivery: bad }]);
    expect(state?.reason).toBe("this one cannot be handled");
    expect(shas()).toEqual(["good"]);
    world.beforeCommit = () => undefined;
    // The stream remembers its id; that it failed has it stored all the same.
    const again = githubHeaders(statusBody("bad"), { secret, event: "status", delivery: bad });
    await send(door, "bad", again);
    await untilStatus(bad, "done");
    expect(shas()).toEqual(["good", "bad"]);
    await end();
  });

  test("that a person replays is handled though it is done", async () => {
    const door = await world.open({ handling: true });
    const delivery = await send(door, "c4");
    await untilStatus(delivery, "done");
    expect(await replayHook(world.bus, { provider: "github", delivery })).toMatchObject({ duplicate: false });
    await eventually(() => shas().length === 2);
    expect(shas()).toEqual(["c4", "c4"]);
    const [state] = await readStates(world.db, [{ provider: "github", delivery }]);
    expect(state).toMatchObject({ status: "done", tries: 2 });
  });

  test("that is not what its event is becomes a dead letter at once, and can be sent again", async () => {
    const door = await world.open({ handling: true });
    const body = JSON.stringify({ sha: 7, repository });
    const headers = githubHeaders(body, { secret, event: "status" });
    await door.post("github", body, headers);
    const letter = await eventually(async () => (await listDeadLetters(world.bus, { limit: 1 })).items[0] ?? null);
    expect(letter).toMatchObject({
      service: "scm",
      town: noTown,
      code: "invalid_payload",
      subject: "hook.github.status",
      body,
    });
    expect(await statusOf(headers["x-github-delivery"] ?? "")).toBe("failed");
    expect(await retryDeadLetter(world.bus, letter.seq)).toBe("retried");
    const next = await eventually(async () => (await listDeadLetters(world.bus, { limit: 1 })).items[0] ?? null);
    expect(next).toMatchObject({ code: "invalid_payload" });
    expect(next.seq).toBeGreaterThan(letter.seq);
    await dropDeadLetter(world.bus, next.seq);
  });

  test("about an installation is told to who keeps those", async () => {
    const door = await world.open({ handling: true });
    const account = { id: 5, login: "acme", type: "Organization" };
    const body = JSON.stringify({
      action: "suspend",
      installation: { id: 9, account },
      sender: { id: 2, login: "ann" },
    });
    const headers = githubHeaders(body, { secret, event: "installation" });
    await door.post("github", body, headers);
    await untilStatus(headers["x-github-delivery"] ?? "", "done");
    expect(world.access).toMatchObject([{ action: "suspend", installation: "9", account: { login: "acme" } }]);
    expect(world.signals).toMatchObject([{ kind: "access", installation: "9", repo: { id: null } }]);
  });

  test("too large for a message says what it would say whole", async () => {
    const door = await world.open({ handling: true });
    for (const padding of ["x".repeat(3_000_000), randomBytes(600_000).toString("hex")]) {
      const body = JSON.stringify({ sha: `big-${padding.length}`, repository, padding });
      await door.post("github", body, githubHeaders(body, { secret, event: "status" }));
      await eventually(() => expect(shas()).toContain(`big-${padding.length}`));
    }
  });
});

test("many that wait are handled together, and one that fails hurts no other", async () => {
  const door = await world.open();
  const sent = await Promise.all(Array.from({ length: 40 }, (_, i) => send(door, `m${i}`)));
  const batches: number[] = [];
  world.beforeCommit = (signals) => {
    batches.push(signals.length);
    if (signals.some(({ sha }) => sha === "m7")) throw new Error("not this one");
  };
  await door.begin();
  for (const [i, delivery] of sent.entries()) await untilStatus(delivery, i === 7 ? "failed" : "done");
  expect(new Set(shas()).size).toBe(39);
  expect(shas()).toHaveLength(39);
  expect(Math.max(...batches)).toBeGreaterThan(1);
  world.beforeCommit = () => undefined;
  await untilStatus(sent[7] ?? "", "done");
  expect(shas().filter((sha) => sha === "m7")).toHaveLength(1);
});

test("rows older than thirty days are forgotten", async () => {
  const door = await world.open({ handling: true });
  const [old, young] = [await send(door, "old"), await send(door, "young")];
  await untilStatus(young, "done");
  await untilStatus(old, "done");
  await world.db.drizzle.execute(sql`update deliveries set at = now() - interval '31 days' where delivery = ${old}`);
  await purgeDeliveries(world.db);
  expect([await statusOf(old), await statusOf(young)]).toEqual([null, "done"]);
});

test("while the database is away deliveries wait, and none becomes a dead letter", { timeout: 60_000 }, async () => {
  const door = await world.open();
  let away = true;
  const delivery = await send(door, "patient");
  let tries = 0;
  world.beforeCommit = () => {
    tries += 1;
    if (away) throw Object.assign(new Error("the database went away"), { code: "57P01" });
  };
  await door.begin();
  await eventually(() => tries > 1);
  expect(await statusOf(delivery)).toBeNull();
  away = false;
  await untilStatus(delivery, "done");
  expect(shas()).toContain("patient");
  expect(
    (await listDeadLetters(world.bus, { limit: 10 })).items.filter(({ code }) => code !== "invalid_payload"),
  ).toEqual([]);
});

test(
  "workers that are killed with -9 in the worst moments: every delivery is handled once",
  { timeout: 120_000 },
  async () => {
    const program = fileURLToPath(new URL("test/hook-worker.ts", import.meta.url));
    const work = (dieAfter: number, when: string): ChildProcess =>
      spawn(process.execPath, [program, servers.natsUrl, servers.databaseUrl, String(dieAfter), when], {
        stdio: "inherit",
      });
    await world.db.drizzle.execute(sql`create table effects (sha text not null)`);
    const door = await world.open();
    // More than two workers hold at once: what the dead ones held comes again after 10 s, for both at the same time.
    const sent = await Promise.all(Array.from({ length: 600 }, (_, i) => send(door, `k${i}`)));
    for (const when of ["in the transaction", "after the commit"]) {
      const doomed = work(100, when);
      expect(await once(doomed, "exit")).toEqual([null, "SIGKILL"]);
    }
    const last = work(100_000, "never");
    try {
      const keys = sent.map((delivery) => ({ provider: "github" as const, delivery }));
      await eventually(
        async () => {
          const done = (await readStates(world.db, keys)).filter(({ status }) => status === "done");
          expect(done).toHaveLength(sent.length);
        },
        { timeoutMs: 60_000 },
      );
      const { rows } = await world.db.drizzle.execute<{ sha: string }>(sql`select sha from effects`);
      expect(rows).toHaveLength(sent.length);
      expect(new Set(rows.map(({ sha }) => sha))).toEqual(new Set(sent.map((_, i) => `k${i}`)));
    } finally {
      last.kill("SIGKILL");
    }
  },
);
