import { setTimeout as wait } from "node:timers/promises";
import { answered, ApiError, type GastownClient, settled } from "@gastown/client";
import type { BeadView, RigView } from "@gastown/contracts";
import { demoTasks, type ScriptedTask } from "@gastown/testkit/scripted-model";

export const demoTown = "demo";
export const demoRig = "sample";
const prefix = "sa";
const check = "node --test";
const rigTimeoutMs = 60_000;

export interface DemoBeads {
  first: BeadView;
  second: BeadView;
  /** They were there before: an earlier demo on this state made them. */
  found: boolean;
}

/** What a read answers, or null when there is no such thing. */
async function found<T>(request: Promise<T>): Promise<T | null> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

/** A town is there afterwards, made if it was not. */
export async function ensureTown({ http }: GastownClient, town: string, name: string): Promise<void> {
  const before = await found(answered(http.GET("/v1/towns/{town}", { params: { path: { town } } })));
  if (before === null) await settled(http.POST("/v1/towns", { body: { town, name } }));
}

/** Where the demo's repository is. */
export interface RigPlace {
  readonly source: string;
  readonly forge: "local" | "github";
}

/** The demo's rig is ready afterwards. */
export async function ensureRig({ http }: GastownClient, { source, forge }: RigPlace): Promise<RigView> {
  const read = async () =>
    (await answered(http.GET("/v1/towns/{town}/rigs/{rig}", { params: { path: { town: demoTown, rig: demoRig } } })))
      .data;
  // On GitHub the check is GitHub's.
  const body = { rig: demoRig, prefix, source, forge, check: forge === "local" ? check : null, defaultBranch: "main" };
  if ((await found(read())) === null) {
    await settled(http.POST("/v1/towns/{town}/rigs", { params: { path: { town: demoTown } }, body }));
  }
  let rig: RigView = await read();
  for (const end = Date.now() + rigTimeoutMs; rig.state === "registering" && Date.now() < end; rig = await read())
    await wait(100);
  if (rig.state !== "ready")
    throw new Error(`the demo's rig is ${rig.state}: ${rig.stateReason ?? "the forge has not answered"}`);
  return rig;
}

/** The demo's two beads: those that are there, else new ones. */
export async function ensureBeads({ http }: GastownClient): Promise<DemoBeads> {
  const path = { town: demoTown };
  const query = { rig: demoRig, type: ["issue" as const], limit: 200 };
  const { data } = await answered(http.GET("/v1/towns/{town}/beads", { params: { path, query } }));
  const find = (task: ScriptedTask): BeadView | null => data.items.find((bead) => bead.title === task.title) ?? null;
  const make = async ({ title, body }: ScriptedTask, dependsOn: string[], key: string): Promise<BeadView> => {
    const bead = { rig: demoRig, title, body, dependsOn, labels: ["demo"] };
    // Asked again after an answer that was lost, it is still one bead.
    const header = { "idempotency-key": `demo-${key}` };
    return (await settled(http.POST("/v1/towns/{town}/beads", { params: { path, header }, body: bead }))).data;
  };
  const before = { first: find(demoTasks.slug), second: find(demoTasks.excerpt) };
  const first = before.first ?? (await make(demoTasks.slug, [], "first"));
  const second = before.second ?? (await make(demoTasks.excerpt, [first.bead], "second"));
  return { first, second, found: before.first !== null && before.second !== null };
}
