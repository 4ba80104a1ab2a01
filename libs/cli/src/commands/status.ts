import { answered, type Frame, type Schema } from "@gastown/client";
import type { Command } from "commander";
import { beadTable } from "../bead-text.ts";
import type { CliContext } from "../context.ts";
import { untilInterrupted } from "../interrupted.ts";
import type { Joining } from "../program.ts";
import { type Containers, readContainers } from "../read-containers.ts";
import { tableText, type Table } from "../table.ts";
import { placesText, waitsOf } from "../wait-text.ts";
import { agentTable } from "./agents.ts";
import { pullTable } from "./pulls.ts";
import { townText } from "./towns.ts";

interface Status {
  town: Schema<"TownDetail">;
  rigs: Schema<"Rig">[];
  agents: Schema<"Agent">[];
  /** What runs where, and what waits for a place. */
  containers: Containers | null;
  beads: Schema<"Bead">[];
  pulls: Schema<"Pull">[] | null;
}

const live: Schema<"Bead">["status"][] = ["open", "in_progress", "in_review", "failed"];
const over: ReadonlySet<string> = new Set(["merged", "closed"]);
/** Changes that come closer together than this are shown at once. */
const settleMs = 300;

/** `seq` is the oldest of the reads: a stream from there misses nothing. */
async function readStatus(cli: CliContext): Promise<{ seq: number | null; data: Status }> {
  const path = { town: await cli.town() };
  const query = { limit: 100 };
  const [town, rigs, agents, beads, pulls, containers] = await Promise.all([
    answered(cli.http.GET("/v1/towns/{town}", { params: { path } })),
    answered(cli.http.GET("/v1/towns/{town}/rigs", { params: { path, query } })),
    answered(cli.http.GET("/v1/towns/{town}/agents", { params: { path, query } })),
    answered(cli.http.GET("/v1/towns/{town}/beads", { params: { path, query: { ...query, status: live } } })),
    pullsOf(cli, path.town),
    readContainers(cli),
  ]);
  const seqs = [town, rigs, agents, beads].map(({ seq }) => seq).filter((seq) => seq !== null);
  const data = {
    town: town.data,
    rigs: rigs.data.items,
    agents: agents.data.items,
    containers,
    beads: beads.data.items.filter(({ type }) => type !== "agent"),
    pulls,
  };
  return { seq: seqs.length === 0 ? null : Math.min(...seqs), data };
}

/** Null when the forge does not answer: the rest of the town can be shown anyway. */
async function pullsOf(cli: CliContext, town: string): Promise<Schema<"Pull">[] | null> {
  try {
    const { data } = await answered(
      cli.http.GET("/v1/towns/{town}/pulls", { params: { path: { town }, query: { limit: 100 } } }),
    );
    return data.items.filter(({ state }) => !over.has(state));
  } catch (error) {
    cli.out.note(`pull requests cannot be shown: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

function section(title: string, table: Table, width: number): string {
  return `\n${title}\n${tableText(table, width)}`;
}

function statusText({ seq, data }: { seq: number | null; data: Status }, width: number): string {
  const rigs = {
    columns: ["rig", "state", "branch"],
    rows: data.rigs.map(({ rig, state, defaultBranch }) => [rig, state, defaultBranch ?? "-"]),
  };
  return [
    `${townText(data.town)}\nas of   ${seq ?? "unknown"}\n`,
    section("Rigs", rigs, width),
    section("Agents", agentTable(data.agents, waitsOf(data.containers)), width),
    data.containers === null ? "" : `${placesText(data.containers.places)}\n`,
    section("Live beads", beadTable(data.beads), width),
    data.pulls === null ? "" : section("Open pull requests", pullTable(data.pulls), width),
  ].join("");
}

function show(cli: CliContext, answer: { seq: number | null; data: Status }, { clear }: { clear: boolean }): void {
  const width = cli.out.tty ? process.stdout.columns : 1_000;
  if (cli.out.json && clear) return cli.out.line(answer);
  cli.out.show(answer, `${clear && cli.out.tty ? "\u001B[2J\u001B[H" : ""}${statusText(answer, width)}`);
}

/** Shows the town again whenever something happened in it: no event, no reading. */
async function watch(cli: CliContext): Promise<void> {
  const town = await cli.town();
  await untilInterrupted(async (signal) => {
    const first = await readStatus(cli);
    show(cli, first, { clear: true });
    const frames = cli.client.watchTown({ town, from: first.seq ?? undefined, signal });
    await afterBursts(frames, async () => show(cli, await readStatus(cli), { clear: true }));
  });
}

/** Calls `act` once after each burst of events. */
async function afterBursts(frames: AsyncIterable<Frame>, act: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const failed = Promise.withResolvers<never>();
  const all = async (): Promise<void> => {
    for await (const frame of frames) {
      if (frame.type !== "event" && frame.type !== "reset") continue;
      timer ??= setTimeout(() => {
        timer = undefined;
        act().catch((error: unknown) => failed.reject(error instanceof Error ? error : new Error(String(error))));
      }, settleMs);
    }
  };
  try {
    await Promise.race([all(), failed.promise]);
  } finally {
    clearTimeout(timer);
  }
}

export function addStatus(program: Command, { context }: Joining): void {
  program
    .command("status")
    .description("a town at a glance: rigs, agents, live beads, open pull requests")
    .option("-w, --watch", "show it again when something happens, until Ctrl-C")
    .addHelpText("after", "\nExamples:\n  gastown status\n  gastown status --watch\n  gastown status --json")
    .action(async (flags: { watch?: boolean }) => {
      const cli = context();
      if (flags.watch) return watch(cli);
      show(cli, await readStatus(cli), { clear: false });
    });
}
