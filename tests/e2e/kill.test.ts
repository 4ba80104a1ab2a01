import { eventually, type ScriptedModel, startScriptedModel } from "@gastown/testkit";
import { randomOf } from "@gastown/testkit/simulator";
import { afterEach, beforeEach, expect, test } from "vitest";
import { giveBead, openRigs, readBeads } from "../chaos/chaos-work.ts";
import { checkProcesses, checkWork } from "../chaos/check-chaos.ts";
import { askDoctor, doctorProblems } from "../chaos/check-doctor.ts";
import { untold } from "../chaos/check-told.ts";
import { type Kind, killPart } from "../chaos/kill-parts.ts";
import { type Product, startProduct } from "../chaos/product.ts";
import { natsPid } from "../chaos/running-parts.ts";
import { toldEvents } from "../chaos/told-events.ts";
import { makeStateFolder, processesOf } from "./gastown-process.ts";

// The short form of `npm run chaos`: every part once, in this order and nats-server last, each while somebody is at work.
const order: Kind[] = ["agent", "host", "container", "server"];

let state: Awaited<ReturnType<typeof makeStateFolder>>;
let model: ScriptedModel;
let product: Product | undefined;
beforeEach(async () => {
  state = await makeStateFolder();
  // Slow enough that there is something to kill, and outside of what is killed, as a real model is.
  model = await startScriptedModel({ delayMs: 800 });
});
afterEach(async () => {
  product?.abandon();
  await state.remove();
  await model.close();
});

/** Waits until an agent does something: the model is asked more than it had been. */
async function untilAtWork(): Promise<void> {
  const before = model.requests.length;
  await eventually(() => expect(model.requests.length).toBeGreaterThan(before + 1), { timeoutMs: 90_000 });
}

test("kill -9 of an agent, a host, a container, the server and nats-server: every bead is merged, once, and nothing is lost", async () => {
  product = await startProduct(state.path, model.url);
  const { client } = product;
  const rigs = await openRigs(client, { towns: 1, rigs: 2 });
  const beads = await Promise.all(rigs.map((rig, at) => giveBead(client, rig, at + 1)));
  const random = randomOf(1);
  let servers: number[] = [];
  for (const kind of order) {
    await untilAtWork();
    const pids = await killPart(kind, product, random);
    expect(pids, `there was no ${kind}`).not.toEqual([]);
    if (kind === "server") servers = pids;
    // Agents go on while the server is away: what they do says nothing about it.
    await eventually(() => readBeads(client, beads), { timeoutMs: 90_000 });
  }
  await untilAtWork();
  const nats = await natsPid(state.path);
  expect(await killPart("nats-server", product, random)).toEqual([nats]);
  await eventually(async () => expect(await natsPid(state.path)).not.toBe(nats), { timeoutMs: 60_000 });

  const allClosed = async () =>
    expect((await readBeads(client, beads)).map(({ status }) => status)).toEqual(["closed", "closed"]);
  await eventually(allClosed, { timeoutMs: 150_000 }).catch((cause: unknown) => {
    throw new Error(product?.output(), { cause });
  });
  // By the git history of the default branch, what agents noted, their clones, and the dead letters.
  expect(await checkWork(product, { beads, rigs })).toEqual([]);
  await eventually(async () => expect(await checkProcesses(state.path, 1)).toEqual([]), { timeoutMs: 60_000 });
  expect(doctorProblems(await askDoctor(state.path), [])).toEqual([]);
  expect(untold(state.path, { rigs, servers }, await toldEvents(state.path))).toEqual([]);
  expect(await product.stop()).toBe(0);
  expect(await processesOf(state.path)).toEqual([]);
}, 400_000);
