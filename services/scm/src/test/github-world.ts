import { mergePull, openPull, registerRepo, reportPull, reportRig, type DataOf } from "@gastown/contracts";
import { eventually, simulatedClock, type SimulatedClock, type UsedServers } from "@gastown/testkit";
import {
  startGithubDouble,
  type ApiCall,
  type GithubDouble,
  type PullState,
  type RepositoryState,
} from "@gastown/testkit/github-double";
import { afterAll, beforeAll } from "vitest";
import type { ScmConfig } from "../config.ts";
import { newRig, query, useWorld, type Rig, type World } from "./forge-world.ts";

/** One scm with a GitHub App at a double of GitHub, which tells it of everything by webhook; on a clock of the test's own. */
export interface GithubWorld {
  readonly double: GithubDouble;
  readonly clock: SimulatedClock;
  readonly world: World;
  /** The configuration of the scm that runs. */
  readonly config: Partial<ScmConfig>;
  /** Every webhook that scm has taken has had its effect: what it calls for is due. */
  heard(): Promise<void>;
  /** A rig on a new repository of the double, ready. */
  rig(settings?: RigSettings): Promise<GithubRig>;
}

type RigSettings = Partial<Pick<DataOf<typeof registerRepo>, "merge" | "requiredApprovals">>;

export interface GithubRig extends Omit<Rig, "openPull"> {
  readonly repository: RepositoryState;
  /** Ours on its owner's account, as calls are told by. */
  readonly installation: number;
  /** Pushes work, and has a pull request opened for it. */
  openPull(bead: string, more?: { draft?: boolean }): Promise<{ number: number; head: string; branch: string }>;
  /** The pull request as GitHub has it. */
  onGithub(number: number): PullState;
  /** Waits until the town was told `ready`, and has it merged as the town does. */
  mergeWhenReady(number: number, head?: string): Promise<DataOf<typeof reportPull>>;
}

/** Starts everything for the tests of a file; usable in hooks and tests only. */
export function useGithub(servers: UsedServers): GithubWorld {
  const world = useWorld(servers, { own: false });
  let started: Pick<GithubWorld, "double" | "clock" | "config"> | undefined;
  beforeAll(async () => {
    const clock = await simulatedClock(servers.databaseUrl, ["scm"]);
    const double = await startGithubDouble({ clock: clock.now });
    const config = { databaseUrl: clock.url("scm"), github: githubConfig(double) };
    const scm = await world.startScm(config, clock.now);
    double.deliveries.url = `${scm.url}/hooks/github`;
    started = { double, clock, config };
  });
  afterAll(async () => {
    if (started !== undefined) started.double.deliveries.url = null;
    await started?.double.close();
    await started?.clock.close();
  });
  const there = () => {
    if (started === undefined) throw new Error("the world is there in hooks and tests only");
    return started;
  };
  return {
    world,
    get double() {
      return there().double;
    },
    get clock() {
      return there().clock;
    },
    get config() {
      return there().config;
    },
    heard: () => untilHandled(there(), world),
    rig: (settings) => githubRig(there().double, world, settings),
  };
}

async function untilHandled({ double, config }: Pick<GithubWorld, "double" | "config">, world: World): Promise<void> {
  await double.deliveries.settled();
  const taken = double.deliveries.log.filter(({ statusCode }) => statusCode === 202).map(({ guid }) => guid);
  const its = { ...world, config: { ...world.config, ...config } };
  await eventually(async () => {
    const rows = await query(its, "select delivery from scm.deliveries where status = 'done'");
    const done = new Set(rows.map(({ delivery }) => delivery));
    const left = taken.filter((guid) => !done.has(guid));
    if (left.length > 0) throw new Error(`${left.length} of ${taken.length} deliveries are not handled`);
  });
}

function githubConfig({ webUrl, apiUrl, app }: GithubDouble): NonNullable<ScmConfig["github"]> {
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

let repositories = 0;

async function githubRig(double: GithubDouble, world: World, settings: RigSettings = {}): Promise<GithubRig> {
  const owner = `acme${(repositories += 1)}`;
  const people = { ann: "write", bob: "write", mallory: "read" } as const;
  const wish = { owner, name: "app", git: "memory", files: { "a.txt": "one\n" }, permissions: people } as const;
  const repository = await double.world.repositories.add(wish);
  const { id: installation } = double.auth.install({ account: owner });
  const rig = await newRig(world);
  const source = `${double.webUrl}/${owner}/app`;
  const { merge = {}, requiredApprovals = 0 } = settings;
  await rig.send(registerRepo, { source, defaultBranch: null, check: null, requiredApprovals, forge: "github", merge });
  await eventually(() => {
    const told = rig.told(reportRig).at(-1);
    if (told?.state !== "ready") throw new Error(`told ${JSON.stringify(told)}`);
    return true;
  });
  const onGithub = (number: number): PullState => {
    const pull = double.world.pulls.find(repository, number);
    if (pull === null) throw new Error(`GitHub has no pull request ${number}`);
    return pull;
  };
  return {
    ...rig,
    source,
    repository,
    installation,
    onGithub,
    async openPull(bead, { draft = false } = {}) {
      const branch = `gt/toast/${bead}`;
      const by = `${double.app.slug}[bot]`;
      const head = await double.world.branches.commit(repository, { branch, files: { [`${bead}.txt`]: "work\n" }, by });
      await rig.send(openPull, { bead, head: branch, base: "main", title: `Do ${bead}`, body: "", draft });
      const first = await eventually(() => rig.told(reportPull).find((report) => report.bead === bead) ?? null);
      return { number: first.number, head, branch };
    },
    async mergeWhenReady(number, head) {
      const { bead, head: expectedHead } = await rig.untilTold(number, "ready", head);
      await rig.send(mergePull, { number, bead, expectedHead });
      return rig.untilTold(number, "merged");
    },
  };
}

/** Calls that change something at GitHub, by what was asked; our own status on a head is one of them. */
export function mutationsOf(requests: readonly ApiCall[]): string[] {
  return requests.filter(({ mutation }) => mutation).map(({ route }) => route);
}
