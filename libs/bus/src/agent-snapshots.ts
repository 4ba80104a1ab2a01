import { createHash } from "node:crypto";
import { snapshotHead, snapshotsOf, snapshotSubject, type SnapshotHead } from "@gastown/contracts";
import { headers } from "@nats-io/nats-core";
import type { Bus } from "./connect.ts";
import { storeBytes } from "./publish.ts";
import { wireOf } from "./wire.ts";

/** The session of an agent as it was at one moment, ready to be put in place elsewhere. */
export interface AgentSnapshot {
  /** The SHA-256 of `bytes`, in hex; it names the snapshot. */
  readonly id: string;
  /** The agent program's own name of the session. */
  readonly session: string;
  /** The folder the agent worked in. */
  readonly directory: string;
  /** The program that wrote it. */
  readonly program: string;
  readonly at: string;
  readonly bytes: Uint8Array;
}
export type SnapshotToSave = Omit<AgentSnapshot, "id" | "at">;

/** A snapshot that cannot be read whole any more, or is larger than is kept. */
export class SnapshotError extends Error {
  override readonly name = "SnapshotError";
}

const stream = "SNAP";
/** Well below the largest message of the stream. */
const chunkBytes = 384 * 1024;
/** Of one snapshot, compressed: some hundred times the size of a day's session. */
const maxBytes = 64 * 1024 * 1024;

interface Whose {
  town: string;
  agent: string;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function readPiece(bus: Bus, subject: string): Promise<Uint8Array | null> {
  const message = await wireOf(bus).manager.direct.getMessage(stream, { last_by_subj: subject });
  return message === null ? null : message.data;
}

async function readHead(bus: Bus, { town, agent }: Whose): Promise<SnapshotHead | null> {
  const data = await readPiece(bus, snapshotSubject(town, agent, { slot: "head", chunk: 0 }));
  return data === null ? null : snapshotHead.parse(JSON.parse(new TextDecoder().decode(data)));
}

async function write(bus: Bus, subject: string, body: string | Uint8Array): Promise<void> {
  await storeBytes(bus, { subject, body, fields: headers() });
}

/**
 * Stores the snapshot as the agent's newest and answers its id. The pieces go to the slot that the present one does not use, and the
 * head is written last: whoever reads finds the old one whole, or the new one. Throws PublishError, and SnapshotError for one that is
 * too large.
 */
export async function saveAgentSnapshot(bus: Bus, whose: Whose, snapshot: SnapshotToSave): Promise<string> {
  const { bytes, ...about } = snapshot;
  if (bytes.length > maxBytes)
    throw new SnapshotError(`the snapshot has ${bytes.length} bytes, more than the ${maxBytes} that are kept`);
  const slot = (await readHead(bus, whose))?.slot === "a" ? "b" : "a";
  const chunks = Math.max(1, Math.ceil(bytes.length / chunkBytes));
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    const piece = bytes.subarray(chunk * chunkBytes, (chunk + 1) * chunkBytes);
    await write(bus, snapshotSubject(whose.town, whose.agent, { slot, chunk }), piece);
  }
  const written: SnapshotHead = {
    ...about,
    id: sha256(bytes),
    slot,
    chunks,
    bytes: bytes.length,
    at: new Date().toISOString(),
  };
  await write(bus, snapshotSubject(whose.town, whose.agent, { slot: "head", chunk: 0 }), JSON.stringify(written));
  return written.id;
}

/** The agent's newest snapshot; null when it has none. Throws SnapshotError when it is not whole, by its checksum. */
export async function loadAgentSnapshot(bus: Bus, whose: Whose): Promise<AgentSnapshot | null> {
  const found = await readHead(bus, whose);
  if (found === null) return null;
  const { slot, chunks, bytes: _, ...about } = found;
  const pieces: Uint8Array[] = [];
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    const piece = await readPiece(bus, snapshotSubject(whose.town, whose.agent, { slot, chunk }));
    if (piece === null) throw new SnapshotError(`piece ${chunk} of snapshot ${found.id} is gone`);
    pieces.push(piece);
  }
  const bytes = Buffer.concat(pieces);
  if (sha256(bytes) !== found.id) throw new SnapshotError(`snapshot ${found.id} does not have its checksum`);
  return { ...about, bytes };
}

/** Nothing of a town's snapshots is left. Doing it twice is harmless. */
export async function forgetSnapshots(bus: Bus, town: string): Promise<void> {
  await wireOf(bus).manager.streams.purge(stream, { filter: snapshotsOf(town) });
}
