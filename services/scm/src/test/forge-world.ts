import {
  ask,
  connectBus,
  consumeCommands,
  followEvents,
  newEnvelope,
  provision,
  sendCommand,
  type Bus,
  type InputOf,
} from "@gastown/bus";
import {
  getPull,
  openPull,
  registerRepo,
  repoCredential,
  reportPull,
  reportRig,
  type Command,
  type DataOf,
  type Descriptor,
  type PullView,
  type Verdict,
} from "@gastown/contracts";
import type { RunningService } from "@gastown/service";
import { createLogger, type Logger } from "@gastown/telemetry";
import { eventually, type UsedServers } from "@gastown/testkit";
import { drizzle, sql } from "@gastown/db/drizzle";
import { afterAll, beforeAll } from "vitest";
import type { ScmConfig } from "../config.ts";
import { start } from "../wiring.ts";
import { commit, git, sampleRepo, tempFolder } from "./sample-repo.ts";

const silent = createLogger("scm-test", { level: process.env["TEST_LOG"] ?? "silent" });

type Fact = { town: string; type: string; data: Record<string, unknown> };
type Scm = RunningService & { url: string };
type PullReport = DataOf<typeof reportPull>;

/** The service with real servers, a listener in the town's place, and what it heard. */
export interface World {
  readonly bus: Bus;
  readonly config: ScmConfig;
  readonly scm: Scm;
  /** Commands to the town, oldest first. */
  readonly toTown: readonly Fact[];
  /** Events, oldest first. */
  readonly events: readonly Fact[];
  startScm(over?: Partial<ScmConfig>, clock?: () => number): Promise<Scm>;
}

/** One scm, unless told, over real servers for the tests of a file; usable in hooks and tests only. */
export function useWorld(
  servers: UsedServers,
  { own = true, logger = silent, ...over }: Partial<ScmConfig> & { own?: boolean; logger?: Logger } = {},
): World {
  let world: World | undefined;
  const stop = new AbortController();
  const scms: Scm[] = [];
  let listening: Promise<unknown> = Promise.resolve();
  beforeAll(async () => {
    const bus = await connectBus({
      servers: servers.natsUrl,
      name: "test",
      inboxPrefix: "_INBOX_test",
      logger: silent,
    });
    await provision(bus, { logger: silent });
    const config: ScmConfig = {
      natsUrl: servers.natsUrl,
      databaseUrl: servers.databaseUrl,
      host: "127.0.0.1",
      port: 0,
      reposDir: await tempFolder(),
      tokenSecret: "test-secret-0123456789",
      ...over,
    };
    const toTown: Fact[] = [];
    const events: Fact[] = [];
    const startScm = async (changes: Partial<ScmConfig> = {}, clock = Date.now) => {
      const scm = await start({ ...config, ...changes }, { logger, signal: stop.signal, clock });
      scms.push(scm);
      return scm;
    };
    listening = Promise.all([listenAsTown(bus, toTown, stop.signal), listenToEvents(bus, events, stop.signal)]);
    const none = { name: "none", url: "" } as Scm;
    world = { bus, config, toTown, events, startScm, scm: own ? await startScm() : none };
  });
  afterAll(async () => {
    for (const scm of scms) await scm.close();
    stop.abort();
    await listening;
    await world?.bus.close();
  });
  const there = (): World => {
    if (world === undefined) throw new Error("the world is there in hooks and tests only");
    return world;
  };
  return {
    get bus() {
      return there().bus;
    },
    get config() {
      return there().config;
    },
    get scm() {
      return there().scm;
    },
    get toTown() {
      return there().toTown;
    },
    get events() {
      return there().events;
    },
    startScm: (changes, clock) => there().startScm(changes, clock),
  };
}

function listenAsTown(bus: Bus, heard: Fact[], signal: AbortSignal): Promise<void> {
  return consumeCommands(bus, {
    owner: "town",
    service: "town",
    logger: silent,
    signal,
    handle: ({ envelope }) => {
      heard.push({ town: envelope.townid, type: envelope.type, data: envelope.data as Record<string, unknown> });
      return Promise.resolve({ outcome: "applied" });
    },
  }).done;
}

async function listenToEvents(bus: Bus, heard: Fact[], signal: AbortSignal): Promise<void> {
  for await (const { envelope } of followEvents(bus, { fromSeq: 1, signal }))
    heard.push({ town: envelope.townid, type: envelope.type, data: envelope.data as Record<string, unknown> });
}

/** The bare repository of a rig. */
export function bareOf(world: World, { town, rig }: Place): string {
  return `${world.config.reposDir}/${town}/${rig}.git`;
}

/** The merges on a rig's default branch, newest first. */
export async function mergesOf(world: World, rig: Rig): Promise<string[]> {
  return (await git(bareOf(world, rig), "log", "--merges", "--format=%H", "main")).split("\n").filter(Boolean);
}

/** Looks into the service's tables, or writes what a crash would have left there. */
export async function query(world: World, text: string): Promise<Record<string, unknown>[]> {
  const db = drizzle(world.config.databaseUrl);
  try {
    return (await db.execute(sql.raw(text))).rows;
  } finally {
    await db.$client.end();
  }
}

let towns = 0;

/** One rig in a town of its own. */
export interface Rig {
  readonly town: string;
  readonly rig: string;
  readonly source: string;
  /** Sends a command as a person, and answers its verdict. */
  send<D extends Command>(d: D, data: Omit<InputOf<D>, "rig">, actor?: string): Promise<Verdict>;
  /** A clone that pushes as an agent. */
  cloneAsAgent(agent?: string): Promise<string>;
  /** Puts a commit on top of a branch (main) as a branch of work into the repository; quicker than a push, and told to nobody. */
  push(bead: string, files: Record<string, string>, base?: string): Promise<{ head: string; branch: string }>;
  /** Makes a commit on a branch of work, and opens a pull request for it; it has told that it is there afterwards. */
  openPull(
    bead: string,
    files: Record<string, string>,
    more?: { draft?: boolean; base?: string },
  ): Promise<{ number: number; head: string; branch: string }>;
  pull(number: number): Promise<PullView>;
  /** Waits until the town was told this state of a pull request, at its newest; answers that report. */
  untilTold(number: number, state: PullReport["state"], head?: string): Promise<PullReport>;
  reports(number: number): PullReport[];
  /** What the town was told by commands of this kind, oldest first. */
  told<D extends Command>(d: D): DataOf<D>[];
  events(type: string): Record<string, unknown>[];
}

type RepoSettings = Partial<
  Pick<DataOf<typeof registerRepo>, "check" | "requiredApprovals" | "defaultBranch" | "source"> & Place
>;

interface Place {
  readonly town: string;
  readonly rig: string;
}

/** Registers a sample repository, and waits until the town was told that it can be used. */
export async function readyRig(world: World, settings: RepoSettings = {}): Promise<Rig> {
  const rig = await newRig(world, settings);
  const { source = rig.source, check = null, requiredApprovals = 0, defaultBranch = null } = settings;
  await rig.send(registerRepo, { source, check, requiredApprovals, defaultBranch });
  await eventually(() => rig.told(reportRig).some((report) => report.state === "ready"));
  return rig;
}

/** A rig that nobody has registered, in a town of its own unless told. */
export async function newRig(world: World, place: Partial<Place> = {}): Promise<Rig> {
  const { town = `town-${(towns += 1)}-${process.pid}`, rig = "app" } = place;
  const source = await sampleRepo();
  const send: Rig["send"] = (d, data, actor = "user:ann") => {
    const envelope = newEnvelope(d as Descriptor, { town, data: { rig, ...data }, actor, source: "/test" });
    return sendCommand(world.bus, d, envelope, { timeoutMs: 60_000 });
  };
  const told = <D extends Command>(d: D): DataOf<D>[] =>
    world.toTown
      .filter((fact) => fact.town === town && fact.type === d.type && fact.data["rig"] === rig)
      .map((fact) => d.data.parse(fact.data) as DataOf<D>);
  const reports = (number: number) => told(reportPull).filter((report) => report.number === number);
  const cloneAsAgent = async (agent = "gt-99") => {
    const { data } = await ask(world.bus, repoCredential, { town, data: { rig, agent } });
    const url = new URL(data.url);
    url.username = data.username;
    url.password = data.password;
    const folder = await tempFolder();
    await git(folder, "clone", "--quiet", url.href, "work");
    return `${folder}/work`;
  };
  const push: Rig["push"] = async (bead, files, base = "main") => {
    const bare = bareOf(world, { town, rig });
    const work = `${await tempFolder()}/work`;
    const branch = `gt/toast/${bead}`;
    await git(bare, "worktree", "add", "--quiet", "--detach", work, base);
    const head = await commit(work, files, `work on ${bead}`);
    await git(bare, "update-ref", `refs/heads/${branch}`, head);
    return { head, branch };
  };
  return {
    town,
    rig,
    source,
    send,
    told,
    reports,
    cloneAsAgent,
    push,
    async openPull(bead, files, { draft = false, base = "main" } = {}) {
      const { head, branch } = await push(bead, files, base);
      await send(openPull, { bead, head: branch, base, title: `Do ${bead}`, body: "", draft });
      const first = await eventually(() => told(reportPull).find((report) => report.bead === bead) ?? null);
      return { number: first.number, head, branch };
    },
    pull: async (number) => (await ask(world.bus, getPull, { town, data: { rig, number } })).data,
    untilTold: (number, state, head) =>
      eventually(
        () => {
          const last = reports(number).at(-1);
          const right = last?.state === state && (head === undefined || last.head === head);
          if (right) return last;
          throw new Error(`told ${JSON.stringify(last)}`);
        },
        { message: `${state} was not told`, timeoutMs: 60_000 },
      ),
    events: (type) => world.events.filter((fact) => fact.town === town && fact.type === type).map((fact) => fact.data),
  };
}
