import { mayorJob } from "@gastown/testkit/mayor-job";
import { say } from "../run-bench.ts";
import { percentiles, type Kind, type Startup } from "./report.ts";
import type { Boot, StartupWorld } from "./startup-world.ts";

type Plan = Pick<Boot, "name" | "stateDir"> & { readonly prewarm: boolean; readonly generation: number };

/** Begins a container, starts the mayor in it when that is of use, and ends both; answers what its start waited for the server. */
async function startOnce(world: StartupWorld, { prewarm, generation, ...boot }: Plan) {
  const job = mayorJob("gt-1", "", { generation });
  const host = world.boot({ ...boot, prewarm: prewarm ? job : null });
  await host.wrote(prewarm ? "an agent's server is warm" : "container host started");
  const details = await world.start(job);
  // What is restored next is what is stored now.
  await host.wrote("a session was stored");
  await host.end();
  return details;
}

/** One start of each kind. They take turns, so that a busy moment of the machine falls on all of them. */
async function measureRound(world: StartupWorld, round: number, warmDir: string): Promise<Record<Kind, number>> {
  const boots: [Kind, Pick<Plan, "stateDir" | "prewarm">][] = [
    ["cold", { stateDir: world.folder(), prewarm: false }],
    ["warm", { stateDir: warmDir, prewarm: true }],
    ["prewarmed", { stateDir: world.folder(), prewarm: true }],
  ];
  const took: Record<Kind, number> = { cold: Number.NaN, warm: Number.NaN, prewarmed: Number.NaN };
  for (const [place, [kind, boot]] of boots.entries()) {
    const generation = 2 + (round - 1) * boots.length + place;
    const { phases, prewarmed, resumed } = await startOnce(world, {
      ...boot,
      generation,
      name: `bench-${kind}-${round}`,
    });
    if (prewarmed !== boot.prewarm) throw new Error(`a ${kind} start was ${prewarmed ? "" : "not "}prewarmed`);
    if (!resumed) throw new Error(`a ${kind} start did not go on in the stored session`);
    took[kind] = phases.sdk_ready ?? Number.NaN;
  }
  say(
    `round ${round}: ${Object.entries(took)
      .map(([kind, ms]) => `${kind} ${ms} ms`)
      .join(", ")}`,
  );
  return took;
}

/** Starts a mayor again and again, so many rounds, one start of each kind in each. */
export async function measureRounds(world: StartupWorld, count: number): Promise<Startup["sdkReadyMs"]> {
  const rounds: Record<Kind, number>[] = [];
  const warmDir = world.folder();
  await startOnce(world, { name: "bench-first", stateDir: warmDir, prewarm: false, generation: 1 });
  for (let round = 1; round <= count; round += 1) rounds.push(await measureRound(world, round, warmDir));
  const of = (kind: Kind) => percentiles(rounds.map((took) => took[kind]));
  return { cold: of("cold"), warm: of("warm"), prewarmed: of("prewarmed") };
}
