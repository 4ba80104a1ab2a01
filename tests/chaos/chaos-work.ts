import { answered, type GastownClient, type Schema, settled } from "@gastown/client";
import { eventually } from "@gastown/testkit";
import { git, makeSource } from "../e2e/source-repository.ts";

/** A rig that work is given to. */
export interface ChaosRig {
  town: string;
  rig: string;
}

/** One bead, and the files it is about: nobody else writes them. */
export interface ChaosBead extends ChaosRig {
  bead: string;
  title: string;
  /** Written once. */
  file: string;
  /** Where each start of an agent leaves traces. */
  traces: string;
}

/** The town is asked while parts of it are away: each request is repeated until it is answered. */
const patience = { timeoutMs: 180_000 };

/** No bead waits long for another start, and none is given up: that is what people set, here everything is killed all the time. */
const policy: Schema<"PolicyOverride"> = {
  dispatchCooldownMs: [500, 1_000, 2_000],
  maxDispatchAttempts: 100,
  maxReworkRounds: 50,
  breakerFailures: 1_000,
  breakerRigFailures: 1_000,
  setbackAlarm: 100,
  budgetBeadDispatches: null,
  askAgainMs: 5_000,
  // Each agent is a server of its own: more at once would only wait for the processor.
  maxPolecatsPerTown: 3,
};

async function openTown({ http }: GastownClient, town: string): Promise<void> {
  const params = { path: { town } };
  await eventually(async () => {
    const towns = (await answered(http.GET("/v1/towns"))).data.items;
    if (towns.some((each) => each.town === town))
      await settled(http.PATCH("/v1/towns/{town}", { params, body: { policy } }));
    else await settled(http.POST("/v1/towns", { body: { town, name: town, policy } }));
    return true;
  }, patience);
}

async function openRig({ http }: GastownClient, { town, rig }: ChaosRig, source: string): Promise<void> {
  const path = { town, rig };
  const at = rig.replace(/^\D+/, "");
  const prefix = `r${"abcdefghijklmnopqrstuvwxyz"[Number(at) - 1] ?? "z"}`;
  await settled(http.POST("/v1/towns/{town}/rigs", { params: { path: { town } }, body: { rig, prefix, source } }));
  await eventually(
    async () => (await answered(http.GET("/v1/towns/{town}/rigs/{rig}", { params: { path } }))).data.state === "ready",
    patience,
  );
}

/** Makes the towns and their rigs, each with a repository of its own; all of them are ready afterwards. */
export async function openRigs(client: GastownClient, wanted: { towns: number; rigs: number }): Promise<ChaosRig[]> {
  const source = makeSource();
  const rigs: ChaosRig[] = [];
  try {
    for (let t = 1; t <= wanted.towns; t += 1) {
      const town = `chaos-${t}`;
      await openTown(client, town);
      for (let r = 1; r <= wanted.rigs; r += 1) {
        const rig = { town, rig: `rig-${r}` };
        await openRig(client, rig, source.path);
        rigs.push(rig);
      }
    }
  } finally {
    source.remove();
  }
  return rigs;
}

/** Gives the n-th bead to a rig: a piece of work in several steps. However often it has to be asked for, it is one bead. */
export async function giveBead(client: GastownClient, rig: ChaosRig, number: number): Promise<ChaosBead> {
  const name = `b-${String(number).padStart(3, "0")}`;
  const work = { title: `Do ${name}`, file: `work/${name}.txt`, traces: `traces/${name}.txt` };
  const body = [`@keep ${work.traces}`, `@write ${work.file} done for ${name}`].join("\n");
  const params = { path: { town: rig.town }, header: { "idempotency-key": `chaos-${name}` } };
  const draft = { rig: rig.rig, title: work.title, body };
  const bead = await eventually(
    async () => (await settled(client.http.POST("/v1/towns/{town}/beads", { params, body: draft }))).data.bead,
    patience,
  );
  return { ...rig, ...work, bead };
}

/** The beads as the product shows them now. */
export async function readBeads(client: GastownClient, beads: readonly ChaosBead[]): Promise<Schema<"Bead">[]> {
  const towns = [...new Set(beads.map(({ town }) => town))];
  const read = async (town: string) => {
    const params = { path: { town }, query: { type: ["issue" as const], kind: ["task" as const], limit: 200 } };
    return (await answered(client.http.GET("/v1/towns/{town}/beads", { params }))).data.items;
  };
  const all = (await Promise.all(towns.map(read))).flat();
  return all.filter(({ bead }) => beads.some((own) => own.bead === bead));
}

/** What git says of a rig's repository on the forge. */
export function onForge(state: string, { town, rig }: ChaosRig, ...args: string[]): string {
  return git(`${state}/forge/${town}/${rig}.git`, ...args);
}
