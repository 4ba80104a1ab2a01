import { setTimeout as wait } from "node:timers/promises";
import { agentWorkRescued } from "@gastown/contracts";
import { eventually, type ScriptedModel } from "@gastown/testkit";
import { randomOf } from "@gastown/testkit/simulator";
import { processesOf } from "../e2e/gastown-process.ts";
import type { ChaosOptions } from "./chaos-options.ts";
import { type ChaosBead, type ChaosRig, giveBead, openRigs, readBeads } from "./chaos-work.ts";
import { checkProcesses, checkWork } from "./check-chaos.ts";
import { askDoctor, doctorProblems } from "./check-doctor.ts";
import { untold } from "./check-told.ts";
import { chooseKind, type Kind, killPart } from "./kill-parts.ts";
import { type Product, startProduct } from "./product.ts";
import { toldEvents } from "./told-events.ts";

/** What a run came to. */
export interface ChaosReport {
  beads: number;
  merged: number;
  /** How often what was killed. */
  kills: Partial<Record<Kind, number>>;
  /** From the last kill until every bead was merged, in milliseconds; null when that did not come about. */
  settledMs: number | null;
  /** How much work of agents was rescued, on rescue branches and on their own, by the events that tell of it. */
  rescued: number;
  /** What is wrong, in words that say where to look. */
  violations: string[];
}

interface ChaosPlace {
  state: string;
  model: ScriptedModel;
  say: (line: string) => void;
}

const reportEveryMs = 30_000;
/** What a kill left may be there until the product has looked. */
const tidyMs = 60_000;

interface Run extends ChaosPlace {
  options: ChaosOptions;
  product: Product;
  rigs: ChaosRig[];
  beads: ChaosBead[];
  kills: Partial<Record<Kind, number>>;
  /** The processes of the services that were killed. */
  servers: number[];
  began: number;
}

function secondsOf(ms: number): string {
  return `${Math.round(ms / 1_000)} s`;
}

/** How many beads are merged as far as the product can be asked; null while it cannot. */
async function merged({ product, beads }: Run): Promise<number | null> {
  try {
    return (await readBeads(product.client, beads)).filter(({ status }) => status === "closed").length;
  } catch {
    return null; // what is being asked was killed
  }
}

async function tellProgress(run: Run): Promise<void> {
  const count = await merged(run);
  const kills = Object.entries(run.kills).map(([kind, times]) => `${kind} ${times}`);
  const state =
    count === null ? "not to be asked just now" : `${count} of ${run.options.beads} merged, ${run.beads.length} given`;
  run.say(`${secondsOf(Date.now() - run.began).padStart(6)}  ${state}; killed: ${kills.join(", ") || "nothing yet"}`);
}

/** Gives the beads evenly over the time of chaos, so that there is work until its end. */
async function giveAll(run: Run): Promise<void> {
  const { options, product, rigs } = run;
  for (let number = 1; number <= options.beads; number += 1) {
    const due = run.began + ((number - 1) * options.chaosMs) / options.beads;
    await wait(Math.max(0, due - Date.now()));
    const rig = rigs[(number - 1) % rigs.length];
    if (rig !== undefined) run.beads.push(await giveBead(product.client, rig, number));
  }
}

async function killAtRandom(run: Run): Promise<void> {
  const { options, product, kills } = run;
  const random = randomOf(options.seed);
  for (;;) {
    await wait(options.everyMs * (0.4 + 1.2 * random.next()));
    if (Date.now() - run.began > options.chaosMs) return;
    const kind = chooseKind(random);
    const pids = await killPart(kind, product, random);
    if (pids.length > 0) kills[kind] = (kills[kind] ?? 0) + 1;
    if (kind === "server") run.servers.push(...pids);
  }
}

async function untilMerged(run: Run): Promise<number | null> {
  const calm = Date.now();
  try {
    await eventually(async () => (await merged(run)) === run.options.beads, { timeoutMs: run.options.settleMs });
    return Date.now() - calm;
  } catch {
    return null; // which beads are not merged, the checks say
  }
}

async function lookWhileUp({
  product,
  state,
  rigs,
  beads,
  servers,
  options,
}: Run): Promise<Pick<ChaosReport, "rescued" | "violations">> {
  const tidy = async () => (await checkProcesses(state, options.towns)).length === 0;
  await eventually(tidy, { timeoutMs: tidyMs }).catch(() => undefined); // what is left, the next line says
  const own = await checkProcesses(state, options.towns);
  const found = doctorProblems(await askDoctor(state), own);
  const events = await toldEvents(state);
  const silent = untold(state, { rigs, servers }, events);
  return {
    rescued: events.filter(({ type }) => type === agentWorkRescued.type).length,
    violations: [...own, ...found, ...silent, ...(await checkWork(product, { beads, rigs }))],
  };
}

async function problemsOfStop({ product, state }: Run): Promise<string[]> {
  const code = await product.stop();
  const left = await processesOf(state);
  return [
    ...(code === 0 ? [] : [`the product ended with ${code}, not 0:\n${product.output().slice(-2_000)}`]),
    ...left.map(({ pid, command }) => `a process is left after the stop: ${pid} ${command}`),
  ];
}

/** Kills parts of a product at work until the time is over, and looks what became of its work. The product has ended afterwards. */
export async function runChaos(options: ChaosOptions, place: ChaosPlace): Promise<ChaosReport> {
  const product = await startProduct(place.state, place.model.url);
  try {
    const rigs = await openRigs(product.client, options);
    const run: Run = { ...place, options, product, rigs, beads: [], kills: {}, servers: [], began: Date.now() };
    const telling = setInterval(() => void tellProgress(run), reportEveryMs);
    try {
      await Promise.all([giveAll(run), killAtRandom(run)]);
      place.say(`no more kills after ${secondsOf(Date.now() - run.began)}: everything has to be merged now`);
      const settledMs = await untilMerged(run);
      const { rescued, violations } = await lookWhileUp(run);
      const count = (await merged(run)) ?? 0;
      violations.push(...(await problemsOfStop(run)));
      return { beads: options.beads, merged: count, kills: run.kills, settledMs, rescued, violations };
    } finally {
      clearInterval(telling);
    }
  } finally {
    product.abandon();
  }
}
