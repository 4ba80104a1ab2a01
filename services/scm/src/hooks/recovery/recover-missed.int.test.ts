import { randomUUID } from "node:crypto";
import { useServers, eventually } from "@gastown/testkit";
import { sql } from "@gastown/db/drizzle";
import { beforeEach, describe, expect, test } from "vitest";
import type { AppApi, HookDelivery } from "../../forges/github/app-api.ts";
import { ScmError } from "../../forges/forge.ts";
import { readStates } from "../../store/deliveries.ts";
import { readGoodUntil, startRecoveries } from "../../store/hook-recoveries.ts";
import { secret, silent } from "../test/hook-secret.ts";
import { useHookWorld, type Door } from "../test/hook-world.ts";
import { githubHeaders } from "../test/published-payloads.ts";
import { createGithubDeliveryLog } from "./github-delivery-log.ts";
import { createGitlabDeliveryLog, type GitlabHookApi } from "./gitlab-delivery-log.ts";
import { recoverMissed, usualTimes, type RecoverOptions } from "./recover-missed.ts";

const servers = useServers();
const world = useHookWorld(servers);

const repository = { id: 1, full_name: "acme/app" };
const minute = 60_000;
const start = Date.parse("2026-11-22T12:00:00Z");

beforeEach(async () => {
  await world.db.drizzle.execute(sql`delete from deliveries`);
  await world.db.drizzle.execute(sql`delete from hook_recoveries`);
  await startRecoveries(world.db, ["github", "gitlab"]);
  world.signals.length = 0;
});

interface Sent {
  readonly guid: string;
  readonly event: string;
  readonly body: string;
}

/** GitHub as the App sees it: it delivers once, keeps a log, and delivers again when it is asked to. */
function forge(door: Door | null) {
  const log: HookDelivery[] = [];
  const sent = new Map<string, Sent>();
  const asked: { id: string; at: number }[] = [];
  const state = { now: start, reachable: true, refuse: null as ScmError | null, pages: 0 };
  const deliver = async ({ guid, event, body }: Sent, redelivery: boolean) => {
    const up = state.reachable && door !== null;
    const answer = up ? await door.post("github", body, githubHeaders(body, { secret, event, delivery: guid })) : null;
    log.unshift({
      id: `${9_007_199_254_740_993n + BigInt(log.length)}`,
      guid,
      deliveredAt: new Date(state.now),
      redelivery,
      status: answer === null ? "failed to connect to host" : answer.ok ? "OK" : answer.statusText,
      statusCode: answer?.status ?? 0,
      event,
      action: null,
      installation: "9",
      repositoryId: "1",
    });
  };
  const api: Pick<AppApi, "listDeliveries" | "redeliver"> = {
    listDeliveries: (cursor) => {
      state.pages += 1;
      const from = Number(cursor ?? 0);
      const deliveries = log.slice(from, from + 100);
      return Promise.resolve({ deliveries, next: from + 100 < log.length ? String(from + 100) : null });
    },
    redeliver: async (id) => {
      asked.push({ id, at: state.now });
      if (state.refuse !== null) throw state.refuse;
      const found = sent.get(log.find((delivery) => delivery.id === id)?.guid ?? "");
      if (found === undefined) throw new ScmError("gone", "no such delivery");
      await deliver(found, true);
    },
  };
  return {
    api,
    asked,
    log,
    state,
    async happens(sha: string, event = "status", data: object = { sha, repository }): Promise<string> {
      const one = { guid: randomUUID(), event, body: JSON.stringify(data) };
      sent.set(one.guid, one);
      await deliver(one, false);
      return one.guid;
    },
  };
}

function options(of: ReturnType<typeof forge>, more: Partial<RecoverOptions> = {}): RecoverOptions {
  return {
    db: world.db,
    logs: [createGithubDeliveryLog(of.api)],
    effects: { applySignals: (_tx, said) => Promise.resolve(world.signals.push(...said)) },
    logger: silent,
    times: usualTimes,
    now: () => new Date(of.state.now),
    pause: (ms) => {
      of.state.now += ms;
      return Promise.resolve();
    },
    ...more,
  };
}

const look = (recovering: RecoverOptions, provider = "github") =>
  recoverMissed(recovering, provider, new AbortController().signal);
const shas = () => world.signals.map(({ sha }) => sha);
const goodUntil = async () => (await readGoodUntil(world.db, "github"))?.getTime() ?? null;
const stateOf = async (delivery: string) => (await readStates(world.db, [{ provider: "github", delivery }]))[0];

describe("what GitHub delivered in vain", () => {
  test("is asked for again once, a second apart, and handled; what arrived is left alone", async () => {
    const door = await world.open({ handling: true });
    const github = forge(door);
    await github.happens("arrived");
    github.state.reachable = false;
    await github.happens("lost-1");
    await github.happens("lost-2");
    github.state.reachable = true;
    await look(options(github));
    await eventually(() => shas().length === 3);
    expect(new Set(shas())).toEqual(new Set(["arrived", "lost-1", "lost-2"]));
    expect(github.asked.map(({ at }) => at)).toEqual([start, start + 1_000]);
    expect(await goodUntil()).toBe(start);
    await look(options(github));
    expect(github.asked).toHaveLength(2);
  });

  test("is asked for three times at most", async () => {
    const github = forge(null);
    const lost = await github.happens("lost");
    for (let n = 1; n <= 5; n++) {
      github.state.now += 10 * minute;
      await look(options(github));
    }
    expect(github.asked).toHaveLength(3);
    expect(await stateOf(lost)).toMatchObject({
      status: "missed",
      reason: "the forge says: failed to connect to host",
    });
  });

  test("is not asked for when it came all the same", async () => {
    const door = await world.open({ handling: true });
    const github = forge(door);
    const delivery = await github.happens("came");
    await eventually(async () => expect((await stateOf(delivery))?.status).toBe("done"));
    // We were too slow: GitHub had given up waiting for our answer.
    github.log[0] = { ...github.log[0], status: "timed out", statusCode: 0 } as HookDelivery;
    await look(options(github));
    expect(github.asked).toEqual([]);
  });

  test("and could not be handled by us is asked for", async () => {
    const door = await world.open();
    const github = forge(door);
    const delivery = await github.happens("failed");
    github.log[0] = { ...github.log[0], status: "Service Unavailable", statusCode: 503 } as HookDelivery;
    await world.db.drizzle.execute(
      sql`insert into deliveries (provider, delivery, event, status) values ('github', ${delivery}, 'status', 'failed')`,
    );
    await look(options(github));
    expect(github.asked).toHaveLength(1);
  });

  test("cannot be delivered again: the others are", async () => {
    const door = await world.open({ handling: true });
    const github = forge(door);
    github.state.reachable = false;
    await github.happens("first");
    await github.happens("second");
    github.state.reachable = true;
    const redeliver = github.api.redeliver;
    let first = true;
    github.api.redeliver = (id, context) => {
      if (!first) return redeliver(id, context);
      first = false;
      return Promise.reject(new ScmError("gone", "it is too old"));
    };
    await look(options(github));
    await eventually(() => shas().includes("second"));
    expect(await goodUntil()).toBe(start);
  });
});

describe("how far back is looked", () => {
  test("fifteen minutes before the last good time, page by page, and three days at first", async () => {
    const github = forge(null);
    const at = (ago: number, count: number) =>
      Promise.all(
        Array.from({ length: count }, () => {
          github.state.now = start - ago;
          return github.happens("x");
        }),
      );
    await at(4 * 24 * 60 * minute, 300);
    await at(2 * 24 * 60 * minute, 150);
    github.state.now = start;
    const recovering = options(github, { times: { ...usualTimes, many: 10_000 }, pause: () => Promise.resolve() });
    await look(recovering);
    // 150 that are young enough, and the page on which the first one too old stands.
    expect(github.state.pages).toBe(2);
    expect(github.asked).toHaveLength(150);
    github.asked.length = 0;
    github.state.pages = 0;
    // The repetitions of before stand in the log now; three are too old to be looked at again.
    for (const [i, one] of github.log.entries()) github.log[i] = { ...one, deliveredAt: new Date(start - 20 * minute) };
    await look(recovering);
    expect([github.state.pages, github.asked]).toEqual([1, []]);
  });

  test("the good time stays when GitHub cannot be asked, and the next look comes when it wants to be", async () => {
    const github = forge(null);
    await github.happens("lost");
    github.state.refuse = new ScmError("rate", "slow down", { retryAfterMs: 40 * minute });
    await look(options(github));
    expect(await goodUntil()).toBeNull();
    const { rows } = await world.db.drizzle.execute(
      sql`select extract(epoch from next_look_at - now())::float8 as seconds from hook_recoveries where provider = 'github'`,
    );
    expect(rows[0]?.["seconds"]).toBeGreaterThan(39 * 60);
    github.state.refuse = new ScmError("unavailable", "502");
    await expect(look(options(github))).rejects.toThrow("502");
    expect(await goodUntil()).toBeNull();
    github.state.refuse = null;
    await look(options(github));
    expect(await goodUntil()).toBe(start);
  });
});

test("with many missed, all open pull requests are read instead; what concerns the App itself is asked for", async () => {
  const github = forge(null);
  for (let n = 0; n < 120; n++) await github.happens(`lost-${n}`);
  const account = { id: 5, login: "acme", type: "Organization" };
  await github.happens("", "installation", { action: "suspend", installation: { id: 9, account } });
  await look(options(github));
  expect(github.asked).toHaveLength(1);
  expect(github.log[0]).toMatchObject({ event: "installation", redelivery: true });
  expect(world.signals).toEqual([
    {
      provider: "github",
      repo: { id: null, name: null },
      pull: null,
      sha: null,
      branch: null,
      head: null,
      kind: "pr",
      action: "missed",
      installation: null,
      at: null,
    },
  ]);
  expect(await goodUntil()).toBe(start);
});

const event = (id: string, responseStatus: string, key = id) => ({
  id,
  trigger: "merge_request_hooks",
  responseStatus,
  requestHeaders: { "idempotency-key": key, "x-gitlab-event-uuid": randomUUID() },
});

describe("GitLab", () => {
  const hook = { project: "15", id: "3", disabled: false };
  test("events without a good answer are resent, twelve seconds apart", async () => {
    const resent: [string, string][] = [];
    const api: GitlabHookApi = {
      listHooks: () => Promise.resolve([hook, { ...hook, id: "4" }]),
      listHookEvents: ({ id }) =>
        Promise.resolve(
          id === "3"
            ? [event("1", "200"), event("2", "internal error"), event("3", "503"), event("4", "200", "3")]
            : [event("5", "404")],
        ),
      resendHookEvent: (of, id) => Promise.resolve(void resent.push([of.id, id])),
      enableHook: () => Promise.resolve(),
    };
    const github = forge(null);
    await look(options(github, { logs: [createGitlabDeliveryLog(api, silent)] }), "gitlab");
    expect(resent).toEqual([
      ["4", "5"],
      ["3", "2"],
    ]);
    expect(github.state.now).toBe(start + 12_000);
  });

  test("a webhook that GitLab has disabled is enabled, and what it missed is resent; who may not is no obstacle", async () => {
    const done: string[] = [];
    const api: GitlabHookApi = {
      listHooks: () =>
        Promise.resolve([
          { ...hook, disabled: true },
          { ...hook, id: "4", disabled: true },
        ]),
      listHookEvents: ({ id }) => Promise.resolve([event(`e${id}`, "500")]),
      resendHookEvent: (_of, id) => Promise.resolve(void done.push(`resent ${id}`)),
      enableHook: ({ id }) =>
        id === "3" ? Promise.reject(new ScmError("denied", "403")) : Promise.resolve(void done.push(`enabled ${id}`)),
    };
    await look(options(forge(null), { logs: [createGitlabDeliveryLog(api, silent)] }), "gitlab");
    expect(done).toEqual(["enabled 4", "resent e4", "resent e3"]);
  });

  test("no more than three pages of a hook are read", async () => {
    let pages = 0;
    const api: GitlabHookApi = {
      listHooks: () => Promise.resolve([hook]),
      listHookEvents: () => {
        pages += 1;
        return Promise.resolve(Array.from({ length: 100 }, (_, i) => event(`${pages}-${i}`, "200")));
      },
      resendHookEvent: () => Promise.resolve(),
      enableHook: () => Promise.resolve(),
    };
    await look(options(forge(null), { logs: [createGitlabDeliveryLog(api, silent)] }), "gitlab");
    expect(pages).toBe(3);
  });
});

test("it runs by itself, from the start and again and again; without an App nothing is ever done", async () => {
  const github = forge(null);
  const lost = await github.happens("lost");
  const idle = await world.open();
  await idle.begin();
  const { rows } = await world.db.drizzle.execute(
    sql`select next_look_at from hook_recoveries where next_look_at is not null`,
  );
  // `beforeEach` has made it due; nobody looks.
  expect(rows).toHaveLength(2);
  expect(github.state.pages).toBe(0);
  const door = await world.open({
    logs: [createGithubDeliveryLog(github.api)],
    recovery: { times: { everyMs: 20 }, now: () => new Date(github.state.now) },
  });
  await door.begin();
  await eventually(() => github.asked.length === 3);
  await eventually(() => github.state.pages > 4);
  expect(github.asked).toHaveLength(3);
  expect(await stateOf(lost)).toMatchObject({ status: "missed" });
});
