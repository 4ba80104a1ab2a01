import { newEnvelope, publish, sendCommand, type Bus } from "@gastown/bus";
import {
  addRig,
  createBead,
  createTown,
  formatBeadId,
  reportRig,
  type Command,
  type Envelope,
} from "@gastown/contracts";
import { bodyText } from "./contender.ts";

const rig = "web";
const prefix = "gt";

/** Sends a command and throws unless it was applied; answers its result. */
export async function order<C extends Command>(
  bus: Bus,
  command: C,
  { town, data }: { town: string; data: C["data"]["_zod"]["input"] },
): Promise<Record<string, unknown>> {
  const envelope = newEnvelope(command, { town, data, actor: "user:bench", source: "/bench" });
  const verdict = await sendCommand(bus, command, envelope, { timeoutMs: 60_000 });
  if (verdict.outcome !== "applied") throw new Error(`${command.type} was ${verdict.outcome}: ${verdict.message}`);
  return verdict.result ?? {};
}

/** A town with a rig that no forge has registered yet: its beads wait. Two commands. */
export async function foundTown(bus: Bus, town: string): Promise<void> {
  await order(bus, createTown, { town, data: { name: town, policy: { maxPolecatsPerRig: 1 } } });
  await order(bus, addRig, { town, data: { rig, prefix, source: "/nowhere/web" } });
}

/** The forge says that the town's rig can be used. */
export async function openRig(bus: Bus, town: string): Promise<void> {
  const data = {
    rig,
    state: "ready",
    defaultBranch: "main",
    cloneUrl: "http://nowhere/web.git",
    reason: null,
  } as const;
  await order(bus, reportRig, { town, data });
}

/** A command to make a bead; `n` says which. */
export function beadCommand(town: string, n: number): Envelope {
  const data = { rig, title: `Do thing number ${n}`, body: bodyText };
  return newEnvelope(createBead, { town, data, actor: "user:bench", source: "/bench" });
}

/** The id of a town's bead with this number. */
export function beadId(number: number): string {
  return formatBeadId(prefix, number);
}

/** Publishes without waiting for a verdict. */
export function publishCommand(bus: Bus, command: Command, envelope: Envelope): Promise<unknown> {
  return publish(bus, command, envelope);
}
