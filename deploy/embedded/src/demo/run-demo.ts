import { setTimeout as wait } from "node:timers/promises";
import { answered, type GastownClient } from "@gastown/client";
import type { BeadView } from "@gastown/contracts";
import { followTown, readTown } from "./follow-town.ts";
import {
  type DemoBeads,
  demoRig,
  demoTown,
  ensureBeads,
  ensureRig,
  ensureTown,
  type RigPlace,
} from "./prepare-town.ts";
import type { GithubStage } from "./github-stage.ts";
import { patiently } from "./patiently.ts";
import { branchGraph, makeSampleRepository } from "./sample-repository.ts";
import { type Line, Story } from "./story.ts";
import { summaryTable } from "./summary.ts";

const lookMs = 500;
/** Without a line for this long a person is told what each bead waits for. */
const quietMs = 45_000;

export interface DemoOptions {
  client: GastownClient;
  /** Where the sample repository is made; with a GitHub it is there instead. */
  folder: string;
  github: GithubStage | null;
  /** The forge's bare repository of a rig. */
  repositoryOf: (town: string, rig: string) => string;
  /** Where git is looked for. */
  path: string | undefined;
  say: (line: string) => void;
  signal: AbortSignal;
  /** Give up after this; null: never. */
  timeoutMs: number | null;
}

function isOver(bead: BeadView): boolean {
  return bead.status === "closed" || bead.status === "failed";
}

async function readBeads({ client }: DemoOptions, beads: DemoBeads): Promise<BeadView[]> {
  const read = async (bead: string): Promise<BeadView> =>
    (await answered(client.http.GET("/v1/towns/{town}/beads/{bead}", { params: { path: { town: demoTown, bead } } })))
      .data;
  return await Promise.all([read(beads.first.bead), read(beads.second.bead)]);
}

/** Says of each bead what it waits for. */
async function explainBeads({ client, say }: DemoOptions, beads: BeadView[]): Promise<void> {
  for (const { bead } of beads) {
    const params = { path: { town: demoTown, bead } };
    const { data: why } = await answered(client.http.GET("/v1/towns/{town}/beads/{bead}/explain", { params }));
    say(`  ${bead} is ${why.status}: ${why.summary}`);
    for (const moves of why.movesWhen) say(`    it moves when ${moves}`);
  }
}

/** Prints the story until both beads are over, time is up or the signal aborts; answers the beads as they are then. */
async function follow(options: DemoOptions, beads: DemoBeads, story: Story): Promise<BeadView[]> {
  const { client, say } = options;
  const began = Date.now();
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  let spoke = Date.now();
  const tell = (line: Line | null) => {
    if (line === null) return;
    spoke = Date.now();
    const elapsed = `${Math.max(0, (line.at - began) / 1_000).toFixed(1)} s`;
    say(`${elapsed.padStart(8)}  ${line.bead.padEnd(6)}  ${line.text}`);
  };
  const from = await readTown(client, demoTown, (event) => {
    const line = story.tell(event);
    if (line !== null && line.at >= began - 5_000) tell(line);
  });
  const following = followTown(client, { town: demoTown, from, signal }, (event) => tell(story.tell(event)));
  try {
    for (;;) {
      const now = await patiently(() => readBeads(options, beads));
      const timeIsUp = options.timeoutMs !== null && Date.now() - began > options.timeoutMs;
      if (now.every(isOver) || timeIsUp || options.signal.aborted) return await lastLines(now, story);
      if (Date.now() - spoke > quietMs) {
        say("  (still at it)");
        const waiting = now.filter((bead) => !isOver(bead));
        await patiently(() => explainBeads(options, waiting));
        spoke = Date.now();
      }
      await wait(lookMs, undefined, { signal: options.signal }).catch(() => undefined); // aborted: the loop ends above
    }
  } finally {
    stop.abort();
    await following;
  }
}

/** Events come a moment after the state they tell of: waits for the last ones, so that the table is whole. */
async function lastLines(beads: BeadView[], story: Story): Promise<BeadView[]> {
  const whole = () =>
    beads.every(({ bead, status }) => status !== "closed" || story.milestones.get(bead)?.merged !== undefined);
  for (const end = Date.now() + 3_000; !whole() && Date.now() < end;) await wait(100);
  return beads;
}

async function summarise(options: DemoOptions, beads: BeadView[], story: Story): Promise<boolean> {
  const merged = beads.filter(({ bead, status }) => status === "closed" && story.mergeCommits.has(bead));
  const rows = beads.map((bead) => ({
    bead: bead.bead,
    title: bead.title,
    ...story.milestones.get(bead.bead),
    outcome: merged.includes(bead) ? `merged as ${story.mergeCommits.get(bead.bead)?.slice(0, 9)}` : bead.status,
  }));
  options.say(`\n${summaryTable(rows)}\n`);
  const missing = beads.filter((bead) => !merged.includes(bead));
  if (missing.length > 0) await patiently(() => explainBeads(options, missing));
  const place = { folder: options.repositoryOf(demoTown, demoRig), path: options.path };
  const graph = options.github === null ? await branchGraph(place, "main") : await options.github.graph();
  options.say(`git log --oneline --graph main\n${graph.trimEnd().replaceAll(/^/gm, "  ")}\n`);
  return merged.length === beads.length;
}

function localPlace({ folder }: DemoOptions): RigPlace {
  return { source: folder, forge: "local" };
}

/**
 * Makes a sample repository, slings two beads (the second depends on the first) through the public API and shows what happens
 * to them until both are over. Answers whether both were merged. On a state where they were merged before it shows the result.
 */
export async function runDemo(options: DemoOptions): Promise<boolean> {
  const { client, say, github } = options;
  if (github === null) await makeSampleRepository({ folder: options.folder, path: options.path });
  await patiently(() => ensureTown(client, demoTown, "Demo"));
  const place = github === null ? localPlace(options) : ({ source: github.source, forge: "github" } as const);
  const rig = await patiently(() => ensureRig(client, place));
  say(`\nTown ${demoTown}, rig ${rig.rig} (${place.source}), check: ${rig.check ?? "the forge's own"}`);
  const story = new Story();
  const beads = await patiently(() => ensureBeads(client));
  if (beads.found && isOver(beads.first) && isOver(beads.second)) {
    say(
      "Both of the demo's beads were worked on before; here is the result. For something new: gastown bead create, or another --state DIR.",
    );
    await readTown(client, demoTown, (event) => void story.tell(event));
    return await summarise(options, [beads.first, beads.second], story);
  }
  if (beads.found) say("The demo's beads are there from before; it goes on with them.");
  return await summarise(options, await follow(options, beads, story), story);
}
