import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { answered, type GastownClient } from "@gastown/client";
import { keptFile } from "@gastown/testkit";
import { git } from "../e2e/source-repository.ts";
import { type ChaosBead, type ChaosRig, onForge, readBeads } from "./chaos-work.ts";
import { runningParts } from "./running-parts.ts";

/** Everything on the forge that is work: lines that any commit of any branch brought. */
function everyLineOn(state: string, rig: ChaosRig): Set<string> {
  return new Set(
    onForge(state, rig, "log", "--all", "-m", "--format=", "-p")
      .split("\n")
      .map((line) => line.slice(1)),
  );
}

/** A bead whose work is not on its default branch exactly once. */
function mergeProblem(state: string, bead: ChaosBead): string | null {
  const merges = onForge(state, bead, "log", "--first-parent", "--merges", "--format=%s", "main").split("\n");
  const own = merges.filter((subject) => subject.endsWith(`: ${bead.title}`)).length;
  if (own !== 1) return `${bead.bead} (${bead.title}) was merged ${own} times: git log --first-parent main`;
  const brought = onForge(state, bead, "log", "--first-parent", "-m", "--format=%H", "main", "--", bead.file);
  const times = brought === "" ? 0 : brought.split("\n").length;
  return times === 1
    ? null
    : `${bead.file} of ${bead.bead} came to main ${times} times: git log -m main -- ${bead.file}`;
}

/** Traces that agents left, and that are on no branch of the forge. */
function lostTraces(state: string, rigs: readonly ChaosRig[]): string[] {
  const towns = [...new Set(rigs.map(({ town }) => town))];
  return towns.flatMap((town) => {
    const there = rigs.filter((rig) => rig.town === town).map((rig) => everyLineOn(state, rig));
    const notes = globSync(join(state, "agents", town, "agents", "*", "home", keptFile));
    return notes.flatMap((file) =>
      readFileSync(file, "utf8")
        .split("\n")
        .filter((trace) => trace !== "" && !there.some((lines) => lines.has(trace)))
        .map(
          (trace) =>
            `trace ${trace} of agent ${basename(dirname(dirname(file)))} in ${town} is on no branch: git log --all -S ${trace}`,
        ),
    );
  });
}

/** Branches of the clones of a rig's agents with commits that no branch of the forge has. */
function unpushed(state: string, rig: ChaosRig): string[] {
  const known = new Set(onForge(state, rig, "rev-list", "--all").split("\n"));
  return globSync(join(state, "agents", rig.town, "clones", rig.rig, "*")).flatMap((clone) => {
    const heads = git(clone, "for-each-ref", "--format=%(objectname) %(refname)", "refs/heads").split("\n");
    return heads.filter(Boolean).flatMap((line) => {
      const [commit = "", ref = ""] = line.split(" ");
      if (known.has(commit)) return [];
      return [`${ref} of ${rig.rig} in ${rig.town} (${commit}) is not on the forge: ${clone}`];
    });
  });
}

/** The work that was given. */
interface Given {
  beads: readonly ChaosBead[];
  rigs: readonly ChaosRig[];
}

/** What git says against a product that has done all its work: each bead on the default branch once, nothing lost or only here. */
export function checkRepositories(state: string, { beads, rigs }: Given): string[] {
  return [
    ...beads.map((bead) => mergeProblem(state, bead)).filter((problem) => problem !== null),
    ...lostTraces(state, rigs),
    ...rigs.flatMap((rig) => unpushed(state, rig)),
  ];
}

/** What is wrong with a product that has done all its work, in words that say where to look; nothing when all is well. */
export async function checkWork(
  { client, state }: { client: GastownClient; state: string },
  given: Given,
): Promise<string[]> {
  const open = (await readBeads(client, given.beads)).filter(({ status }) => status !== "closed");
  const letters = (await answered(client.http.GET("/v1/dead-letters", { params: { query: { limit: 100 } } }))).data
    .items;
  return [
    ...open.map(({ bead, status }) => `${bead} is ${status}: gastown explain ${bead}`),
    ...checkRepositories(state, given),
    ...letters.map((letter) => `a dead letter: ${JSON.stringify(letter).slice(0, 400)}`),
  ];
}

/** Processes that should not be there while the product runs: agents without a host, and a town's second container. */
export async function checkProcesses(state: string, towns: number): Promise<string[]> {
  const { hosts, orphans } = await runningParts(state);
  const many =
    hosts.length > towns
      ? [`${hosts.length} container hosts for ${towns} towns: ${hosts.map(({ pid }) => pid).join(", ")}`]
      : [];
  return [...many, ...orphans.map(({ pid, command }) => `an agent without its host: ${pid} ${command}`)];
}
