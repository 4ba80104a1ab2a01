import type { Forge } from "../forges/forge.ts";
import type { StoredReading } from "../store/pull-look.ts";
import type { NumberedLook } from "./numbered-look.ts";

/** A reading to be judged; `fresh`: it was not judged before. */
export interface PullReading extends StoredReading {
  readonly fresh: boolean;
}

/** What is merged was read at most so long before (scm §2.3 step 2). */
const freshEnoughToMergeMs = 5_000;

interface Reading {
  readonly forge: Forge;
  /** Something was just changed on the forge. */
  readonly changed: boolean;
  readonly signal: AbortSignal;
}

/** The last reading, if nothing says that it may be of the past; else a new one. */
export async function readPull(look: NumberedLook, { forge, changed, signal }: Reading): Promise<PullReading> {
  const { reading, pull, now } = look;
  const cheap = forge.capabilities().cheapReads;
  if (reading !== null && !cheap && !changed && !isPast(look, reading.readAt)) {
    const fresh = pull.readAt === null || reading.readAt > pull.readAt;
    return { ...reading, fresh };
  }
  return { snapshot: await forge.getSnapshot(pull, { signal }), readAt: now, fresh: true };
}

function isPast({ pull, attempts, now }: NumberedLook, readAt: Date): boolean {
  const { dirtyAt, nextReadAt, mergeWish } = pull;
  const unjudged = pull.readAt === null || readAt > pull.readAt;
  const age = now.getTime() - readAt.getTime();
  return [
    dirtyAt !== null && readAt <= dirtyAt,
    nextReadAt !== null && nextReadAt <= now && !unjudged,
    mergeWish !== null && age > freshEnoughToMergeMs,
    // What became of an attempt is seen by reading alone.
    age > 0 && attempts.some(({ result }) => result === "started"),
  ].includes(true);
}
