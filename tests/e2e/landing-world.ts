import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ask,
  connectBus,
  consumeCommands,
  followEvents,
  newEnvelope,
  provision,
  sendCommand,
  type Bus,
} from "@gastown/bus";
import * as contracts from "@gastown/contracts";
import type { BeadView, Command, ConvoyView, DataOf, Envelope, Event, Job, PolicyOverride } from "@gastown/contracts";
import { start as startScm } from "@gastown/scm";
import { createLogger } from "@gastown/telemetry";
import { eventually, simulatedClock, useServers, type SimulatedClock } from "@gastown/testkit";
import {
  startGithubDouble,
  type ApiCall,
  type BranchRules,
  type GithubDouble,
  type PullState,
} from "@gastown/testkit/github-double";
import { start as startTown } from "@gastown/town";
import { afterAll, beforeAll } from "vitest";

const logger = createLogger("test", { level: process.env["TEST_LOG"] ?? "silent" });
const patience = { timeoutMs: 60_000 };
const ours = "service:dispatcher";

/** The town and the forge service beside a GitHub DOUBLE that tells of everything by signed webhook; their time is the test's. */
export interface LandingWorld {
  readonly double: GithubDouble;
  readonly clock: SimulatedClock;
  /** A convoy of a new town whose work is gathered, and whose landing waits for a person; its default branch has these rules too. */
  land(town: string, rules?: Partial<BranchRules>): Promise<Landing>;
}

/** One convoy that lands by a pull request that scm opened. */
export interface Landing {
  readonly town: string;
  /** The newest pull request onto the default branch, as GitHub has it. */
  pull(): PullState;
  /** The merge request of that landing. */
  request(): Promise<BeadView>;
  convoy(): Promise<ConvoyView>;
  /** A person pushes to the convoy's branch. */
  push(by: string): Promise<string>;
  approve(by: string): Promise<unknown>;
  setPolicy(policy: PolicyOverride): Promise<unknown>;
  /** What events of this kind said of the town, oldest first. */
  told<E extends Event>(event: E): DataOf<E>[];
  /** Those of these kinds in the order in which they were told. */
  order(...events: Event[]): string[];
  /** Calls of the double for this town's repository since the `from`-th of all. */
  calls(from?: number): ApiCall[];
  /** How often an agent was started. */
  starts(): number;
  untilAwaited(times: number): Promise<unknown>;
  untilResolved(times: number): Promise<unknown>;
  untilLanded(): Promise<unknown>;
}

/** Starts everything for the tests of a file; usable in hooks and tests only. */
export function useLandings(): LandingWorld {
  const servers = useServers();
  let stage: Stage | undefined;
  const there = (): Stage => {
    if (stage === undefined) throw new Error("the world is there in hooks and tests only");
    return stage;
  };
  beforeAll(async () => {
    stage = await openStage(servers.natsUrl, servers.databaseUrl);
  });
  afterAll(async () => {
    await stage?.close();
    if (stage !== undefined && stage.failures.length > 0)
      throw new AggregateError(stage.failures, "agents could not work");
  });
  return {
    get double() {
      return there().double;
    },
    get clock() {
      return there().clock;
    },
    land: (town, rules) => land(there(), town, rules),
  };
}

interface Stage {
  readonly bus: Bus;
  readonly double: GithubDouble;
  readonly clock: SimulatedClock;
  readonly events: readonly Envelope[];
  readonly jobs: readonly { readonly town: string; readonly job: Job }[];
  readonly failures: readonly unknown[];
  close(): Promise<void>;
}

async function openStage(natsUrl: string, databaseUrl: string): Promise<Stage> {
  const stop = new AbortController();
  const { signal } = stop;
  const clock = await simulatedClock(databaseUrl, ["town", "scm"]);
  const double = await startGithubDouble({ clock: clock.now });
  const bus = await connectBus({ servers: natsUrl, name: "test", inboxPrefix: "_INBOX_test", logger });
  await provision(bus, { logger });
  const reposDir = await mkdtemp(join(tmpdir(), "gastown-landing-"));
  const options = { logger, signal, clock: clock.now };
  const scmConfig = {
    natsUrl,
    databaseUrl: clock.url("scm"),
    host: "127.0.0.1",
    port: 0,
    reposDir,
    tokenSecret: "s".repeat(32),
  };
  const [town, scm] = await Promise.all([
    startTown({ natsUrl, databaseUrl: clock.url("town") }, options),
    startScm({ ...scmConfig, github: githubConfig(double) }, options),
  ]);
  double.deliveries.url = `${scm.url}/hooks/github`;
  const [events, jobs, failures]: [Envelope[], { town: string; job: Job }[], unknown[]] = [[], [], []];
  const following = (async () => {
    for await (const { envelope } of followEvents(bus, { fromSeq: 1, signal })) events.push(envelope);
  })();
  const dispatcher = consumeCommands(bus, {
    owner: "dispatcher",
    service: "dispatcher",
    logger,
    signal,
    handle({ envelope }) {
      if (envelope.type === contracts.startAgent.type) {
        const job = contracts.startAgent.data.parse(envelope.data);
        jobs.push({ town: envelope.townid, job });
        work({ bus, double }, envelope.townid, job).catch((error: unknown) => failures.push(error));
      }
      return Promise.resolve({ outcome: "applied" });
    },
  });
  return {
    bus,
    double,
    clock,
    events,
    jobs,
    failures,
    async close() {
      double.deliveries.url = null;
      await Promise.all([town.close(), scm.close()]);
      stop.abort();
      await Promise.all([following, dispatcher.done]);
      await Promise.all([bus.close(), double.close(), clock.close()]);
      await rm(reposDir, { recursive: true, force: true });
    },
  };
}

function githubConfig({ webUrl, apiUrl, app }: GithubDouble) {
  const { id, slug, privateKey, clientId, clientSecret, webhookSecret } = app;
  const client = { id: clientId, secret: clientSecret };
  return {
    webUrl,
    apiUrl,
    app: { appId: String(id), slug, privateKey, client },
    token: null,
    webhookSecrets: [webhookSecret],
  };
}

type Input<C extends Command> = C["data"]["_zod"]["input"];

async function send<C extends Command>(
  { bus }: Pick<Stage, "bus">,
  town: string,
  { command, data, actor = "user:ann" }: { command: C; data: Input<C>; actor?: string },
): Promise<Record<string, unknown>> {
  const envelope = newEnvelope(command, { town, data, actor, source: "/test" });
  const verdict = await sendCommand(bus, command, envelope, { timeoutMs: 60_000 });
  if (verdict.outcome !== "applied") throw new Error(`${command.type} was ${verdict.outcome}: ${verdict.message}`);
  return verdict.result ?? {};
}

/** As the dispatcher and its agent: what the bead asks for is pushed to its branch, and handed in. */
async function work(stage: Pick<Stage, "bus" | "double">, town: string, job: Job): Promise<void> {
  const { agent, generation, bead, branch, base } = contracts.workerOf(job);
  const report = (state: "running" | "exited", cause?: "done") => {
    const data = { agent, generation, state, reason: "", at: new Date().toISOString(), ...(cause && { cause }) };
    return send(stage, town, { command: contracts.reportAgent, data, actor: ours });
  };
  await report("running");
  const by = `${stage.double.app.slug}[bot]`;
  const files = { [`${bead.bead}.txt`]: `${bead.title}\n` };
  const head = await stage.double.world.branches.commit(repositoryOf(stage, town), { branch, from: base, files, by });
  const done = { agent, generation, bead: bead.bead, outcome: "completed" as const, branch, head };
  await send(stage, town, { command: contracts.agentDone, data: done, actor: `agent:${agent}` });
  await report("exited", "done");
}

function repositoryOf({ double }: Pick<Stage, "double">, town: string) {
  const found = double.world.repositories.all().find(({ owner }) => owner === town);
  if (found === undefined) throw new Error(`GitHub has no repository of ${town}`);
  return found;
}

const quick: PolicyOverride = { dispatchCooldownMs: [0], codeReview: false };

async function land(stage: Stage, town: string, rules: Partial<BranchRules> = {}): Promise<Landing> {
  const { double, bus } = stage;
  const { world } = double;
  const permissions = { ann: "write", bob: "write" } as const;
  const repository = await world.repositories.add({
    owner: town,
    name: "app",
    git: "memory",
    files: { a: "one\n" },
    permissions,
  });
  await world.rules.set(repository, "main", { requiredApprovals: 1, ...rules });
  const { id: installation } = double.auth.install({ account: town });
  await send(stage, town, { command: contracts.createTown, data: { name: town, policy: quick } });
  const source = `${double.webUrl}/${town}/app`;
  const rig = { rig: "app", prefix: "gt", source, forge: "github" as const, merge: { expectChecks: false } };
  await send(stage, town, { command: contracts.addRig, data: rig });
  const tasks = [{ rig: "app", title: "Add a page" }];
  const made = await send(stage, town, { command: contracts.createConvoy, data: { title: "Pages", tasks } });
  const id = String(made["convoy"]);
  const told = <E extends Event>(event: E): DataOf<E>[] =>
    stage.events.flatMap(({ townid, type, data }) =>
      townid === town && type === event.type ? [event.data.parse(data) as DataOf<E>] : [],
    );
  const convoy = async () => (await ask(bus, contracts.getConvoy, { town, data: { convoy: id } })).data;
  const pull = (): PullState => {
    const landing = [...repository.pulls.values()].findLast(({ baseRef }) => baseRef === "main");
    if (landing === undefined) throw new Error(`${town} lands by no pull request`);
    return landing;
  };
  const untilTold = (event: Event, times: number) =>
    eventually(() => told(event).length >= times, {
      ...patience,
      message: `${town} was not told ${event.type} ${times} times`,
    });
  const landing: Landing = {
    town,
    pull,
    convoy,
    async request() {
      const bead = (await convoy()).landings[0]?.request ?? "";
      return (await ask(bus, contracts.getBead, { town, data: { bead } })).data;
    },
    push: (by) =>
      world.branches.commit(repository, { branch: pull().headRef, files: { [`by-${by}.txt`]: "more\n" }, by }),
    approve: (by) => world.reviews.submit(pull(), { by, state: "APPROVED" }),
    setPolicy: (policy) => send(stage, town, { command: contracts.updateTown, data: { policy } }),
    told,
    order: (...wanted) =>
      stage.events.flatMap(({ townid, type }) =>
        townid === town && wanted.some((event) => event.type === type) ? [type] : [],
      ),
    calls: (from = 0) =>
      double.requests
        .slice(from)
        .filter((call) => call.installation === installation || call.key.includes(`/installations/${installation}/`)),
    starts: () => stage.jobs.filter((each) => each.town === town).length,
    untilAwaited: (times) => untilTold(contracts.awaitingApprovalDetected, times),
    untilResolved: (times) => untilTold(contracts.awaitingApprovalResolved, times),
    untilLanded: () => eventually(async () => (await convoy()).status === "landed", patience),
  };
  await landing.untilAwaited(1);
  return landing;
}
