import { connectBus, consumeCommands, newEnvelope, provision, sendCommand, type Bus, type InputOf } from "@gastown/bus";
import {
  mergePull,
  openPull,
  registerRepo,
  reportPull,
  reportRig,
  type Command,
  type DataOf,
  type Descriptor,
} from "@gastown/contracts";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startGithubDouble, type GithubDouble } from "@gastown/testkit/github-double";
import { eventually } from "@gastown/testkit";
import type { Ground } from "../contender.ts";
import { inFlight, numberFrom } from "../contender.ts";
import { silent } from "../silent.ts";
import { startWorker, type WorkerProcess } from "../worker-process.ts";
import { buildWorld, disturb, headBranch, owner, type BuiltWorld } from "./build-world.ts";
import { addTallies, tallyOf, type Tally } from "./tally.ts";
import type { WorldPlan } from "./world-plan.ts";

/** So many worlds are in one town, and one installation, at a time. */
const batch = 100;
const atOnce = 8;
const patience = { timeoutMs: 120_000 };

export interface ProductTally extends Tally {
  /** Merges that were tried again on a fingerprint that had been tried. */
  readonly triedTwice: number;
  /** Deliveries that were answered with 202. */
  readonly deliveries: number;
  /** Pull requests the forge would have merged and scm did not ask for, by the state scm gave them. */
  readonly left: Readonly<Record<string, number>>;
}

/**
 * Each world is taken through the scm service as it runs in production: signed deliveries over HTTP, reads by GraphQL, the decision,
 * and what it merges. This program stands in the town's place: it asks for a merge where scm said `ready`.
 */
export async function runProduct(
  { natsUrl, databaseUrl, client }: Ground,
  plans: readonly WorldPlan[],
  say: (line: string) => void,
): Promise<ProductTally> {
  const bus = await connectBus({ servers: natsUrl, name: "bench", inboxPrefix: "_INBOX_bench", logger: silent });
  await provision(bus, { logger: silent });
  const tallies: ProductTally[] = [];
  try {
    for (let from = 0; from < plans.length; from += batch) {
      const some = plans.slice(from, from + batch);
      tallies.push(await runBatch({ bus, natsUrl, databaseUrl, town: `town-${from}`, say }, some));
      say(`${Math.min(plans.length, from + batch)} of ${plans.length} worlds`);
    }
  } finally {
    await bus.close();
  }
  const triedTwice = await numberFrom(client, "select count(*) as n from scm.merge_attempts where tries > 1");
  return {
    ...addTallies(tallies),
    triedTwice,
    left: addUp(tallies.map(({ left }) => left)),
    deliveries: tallies.reduce((total, { deliveries }) => total + deliveries, 0),
  };
}

interface Stage {
  readonly bus: Bus;
  readonly natsUrl: string;
  readonly databaseUrl: string;
  readonly town: string;
  readonly say: (line: string) => void;
}

async function runBatch(stage: Stage, plans: readonly WorldPlan[]): Promise<ProductTally> {
  const double = await startGithubDouble({ mergeability: { delayMs: 0 } });
  const scm = await startScm(stage, double);
  const heard = hear(stage);
  try {
    const worlds: BuiltWorld[] = [];
    for (const plan of plans) worlds.push(await buildWorld(double, plan));
    double.auth.install({ account: owner });
    await inFlight(worlds, atOnce, (world) => follow(stage, { double, world, heard }));
    // Something is told of each by a signed delivery: that is what has it looked at.
    double.deliveries.url = `${scm.url}/hooks/github`;
    for (const { pull } of worlds) double.world.pulls.label(pull, "bench", { by: "ada" });
    await double.deliveries.settled();
    await quiet(heard);
    const tally = tallyOf(double, worlds);
    double.faults.beforeMerge = async (pull) => {
      const world = worlds.find((one) => one.pull === pull);
      if (world?.plan.disturbance) await disturb(double, world, world.plan.disturbance);
    };
    await inFlight(worlds, atOnce, (world) => mergeIfReady(stage, world, heard));
    await double.deliveries.settled();
    await quiet(heard);
    for (const { status, key, error } of double.requests) if (status === 405) stage.say(`405 to ${key}: ${error}`);
    const deliveries = double.deliveries.log.filter(({ statusCode }) => statusCode === 202).length;
    return { ...tally.end(), triedTwice: 0, deliveries, left: await leftOver(double, worlds, heard) };
  } finally {
    heard.stop();
    await scm.stop();
    await double.close();
  }
}

/** What the forge would have merged for us, and is open. */
async function leftOver(
  { world, app }: GithubDouble,
  worlds: readonly BuiltWorld[],
  { reports }: Heard,
): Promise<Record<string, number>> {
  const left: Record<string, number> = {};
  const viewer = { login: `${app.slug}[bot]`, contents: true, workflows: true };
  for (const { pull, plan } of worlds) {
    if (pull.state !== "OPEN" || pull.queue !== null) continue;
    const asks = plan.methods.map((method) => world.merging.refusals(pull, { viewer, method }));
    if ((await Promise.all(asks)).every((refusals) => refusals.length > 0)) continue;
    const state = reports.get(plan.name)?.state ?? "untold";
    left[state] = (left[state] ?? 0) + 1;
  }
  return left;
}

function addUp(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const count of counts) for (const [name, times] of Object.entries(count)) sum[name] = (sum[name] ?? 0) + times;
  return sum;
}

interface Heard {
  readonly ready: ReadonlySet<string>;
  readonly reports: ReadonlyMap<string, DataOf<typeof reportPull>>;
  /** When something was told last. */
  lastAt(): number;
  stop(): void;
}

/** What scm tells the town. */
function hear({ bus, town }: Stage): Heard {
  const ready = new Set<string>();
  const reports = new Map<string, DataOf<typeof reportPull>>();
  const stop = new AbortController();
  let last = Date.now();
  const consuming = consumeCommands(bus, {
    owner: "town",
    service: "town",
    logger: silent,
    signal: stop.signal,
    handle: ({ envelope }) => {
      last = Date.now();
      if (envelope.townid !== town) return Promise.resolve({ outcome: "applied" });
      if (envelope.type === reportRig.type) {
        const { rig, state, reason } = reportRig.data.parse(envelope.data);
        if (state !== "ready") throw new Error(`${rig} is ${state}: ${reason}`);
        ready.add(rig);
      }
      if (envelope.type === reportPull.type) {
        const report = reportPull.data.parse(envelope.data);
        reports.set(report.rig, report);
      }
      return Promise.resolve({ outcome: "applied" });
    },
  });
  void consuming.done;
  return { ready, reports, lastAt: () => last, stop: () => stop.abort() };
}

function send<D extends Command>({ bus, town }: Stage, command: D, data: InputOf<D>): Promise<unknown> {
  const envelope = newEnvelope(command as Descriptor, { town, data, actor: "service:town", source: "/bench" });
  return sendCommand(bus, command, envelope, { timeoutMs: 30_000 });
}

interface Following {
  readonly double: GithubDouble;
  readonly world: BuiltWorld;
  readonly heard: Heard;
}

/** The rig is registered and its pull request followed, as of a bead that is ready to be merged. */
async function follow(stage: Stage, { double, world, heard }: Following): Promise<void> {
  const rig = world.plan.name;
  const source = `${double.webUrl}/${owner}/${rig}`;
  // A world does not change by itself: there is nothing to wait a minute for.
  const merge = { expectChecks: false };
  await send(stage, registerRepo, {
    rig,
    source,
    forge: "github",
    defaultBranch: null,
    check: null,
    requiredApprovals: 0,
    merge,
  });
  await eventually(() => heard.ready.has(rig), patience);
  const work = { rig, bead: "gt-1", head: headBranch, base: "main", title: "Change", body: "" };
  await send(stage, openPull, { ...work, draft: world.plan.draft });
  await eventually(() => heard.reports.has(rig), patience);
}

async function mergeIfReady(stage: Stage, { plan: { name: rig } }: BuiltWorld, { reports }: Heard): Promise<void> {
  const report = reports.get(rig);
  if (report?.state !== "ready") return;
  await send(stage, mergePull, { rig, number: report.number, bead: "gt-1", expectedHead: report.head });
}

const passing: ReadonlySet<string> = new Set(["unknown", "stale_read"]);
/** Longer than a look, a debounce and the first steps of the ladders take. */
const quietMs = 2_500;

/** Nothing is on its way: every pull request has a state that lasts, and nothing was told for a while. */
async function quiet(heard: Heard): Promise<void> {
  await eventually(() => {
    const moving = [...heard.reports.values()].filter(({ state }) => passing.has(state));
    return moving.length === 0 && Date.now() - heard.lastAt() > quietMs;
  }, patience);
}

interface RunningScm {
  readonly url: string;
  stop(): Promise<void>;
}

/** A port nobody listens on at this moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("a server without a port");
  return address.port;
}

async function startScm({ natsUrl, databaseUrl }: Stage, double: GithubDouble): Promise<RunningScm> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { app } = double;
  const folder = await mkdtemp(join(tmpdir(), "gastown-worlds-"));
  const process: WorkerProcess = await startWorker(new URL("../../../services/scm/src/main.ts", import.meta.url), {
    env: {
      NATS_URL: natsUrl,
      DATABASE_URL: databaseUrl,
      LOG_LEVEL: "error",
      SCM_PORT: String(port),
      SCM_REPOS_DIR: folder,
      SCM_TOKEN_SECRET: "bench-secret-0123456789",
      SCM_GITHUB_URL: double.webUrl,
      SCM_GITHUB_API_URL: double.apiUrl,
      SCM_GITHUB_APP_ID: String(app.id),
      SCM_GITHUB_APP_SLUG: app.slug,
      SCM_GITHUB_PRIVATE_KEY: app.privateKey,
      SCM_GITHUB_CLIENT_ID: app.clientId,
      SCM_GITHUB_CLIENT_SECRET: app.clientSecret,
      SCM_GITHUB_WEBHOOK_SECRETS: app.webhookSecret,
    },
    isReady: async () => (await fetch(`${url}/healthz`).catch(() => null))?.ok ?? false,
  });
  const stop = async (): Promise<void> => {
    await process.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { url, stop };
}
