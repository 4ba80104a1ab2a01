import type { Logger } from "@gastown/telemetry";
import { createBell, type Bell } from "./bell.ts";
import type { Database } from "./database.ts";
import { purgeOld } from "./purge-old.ts";
import { LeaseLostError, withLease, type Lease } from "./lease.ts";
import { outboxChannel } from "./outbox.ts";
import { sendPending, type OnPublished, type OutboxRow } from "./send-pending.ts";
import { unsendLost, type StoredEvents } from "./unsend-lost.ts";

const safetyLookMs = 300_000;
const purgeEveryMs = 3_600_000;
/** After a pass with so many messages more are on their way: they are gathered for a moment, since a pass costs by itself too. */
const manySent = 8;
const gatherMs = 15;
/** How old the last look into the stream may be when there is something to publish. */
const trustMs = 30_000;
const firstBackoffMs = 200;
const longestBackoffMs = 30_000;

export interface RelayOptions {
  db: Database;
  /** Publishes one message and answers its sequence; the row's id is the message id, so twice is once. */
  publish: (row: OutboxRow) => Promise<{ seq: number }>;
  /** Called now and then, by one replica, when what was sent long ago has been removed: for the service's own old rows. */
  purge?: () => Promise<void>;
  /** Called in the transaction that writes the sequence back. */
  onPublished?: OnPublished;
  /** Looks into `EVT`, so that events its tail has lost are published again (nats §5.2). */
  stored?: StoredEvents;
  /** Shown in the log. */
  source: string;
  logger: Logger;
  signal: AbortSignal;
}

export interface Relay {
  /** Resolves when the signal has aborted and nothing is being published any more. */
  done: Promise<void>;
  /** Not ok while messages wait because publishing or the database fails. A relay that waits for its turn is ok. */
  health(): { ok: boolean; reason?: string };
  /** Looks now; writers of the outbox do it by themselves. */
  wake(): void;
}

/** The back-off of one town, or of the pass as a whole. */
interface Failure {
  count: number;
  until: number;
  reason: string;
}

/** Stands for the whole pass among the failures of towns; no town is called so. */
const wholePass = "";

/**
 * Publishes what the schema's outbox holds, in order within a town and at once for different towns; one relay of the
 * schema works, others wait to take over. A message that cannot be published holds back those behind it in its town, with back-off.
 * Rows are kept 24 h after they were sent, inbox rows 30 days.
 */
export function startRelay(options: RelayOptions): Relay {
  const bell = createBell();
  const failures = new Map<string, Failure>();
  const logger = options.logger.child({ relay: options.source });
  const { db, signal } = options;
  const state: RelayState = { ...options, logger, bell, failures, suspicious: true, checkedAt: 0, purgedAt: 0 };
  return {
    done: withLease(db, "relay", (lease) => relayWhileHeld(lease, state), { signal, logger }),
    health() {
      const [failure] = failures.values();
      return failure === undefined ? { ok: true } : { ok: false, reason: failure.reason };
    },
    wake: () => bell.ring(),
  };
}

interface RelayState extends RelayOptions {
  bell: Bell;
  failures: Map<string, Failure>;
  /** What was sent before may be lost from the stream: look before sending more. */
  suspicious: boolean;
  /** When the stream was last looked into. */
  checkedAt: number;
  purgedAt: number;
}

async function relayWhileHeld(lease: Lease, state: RelayState): Promise<void> {
  const { db, bell, failures } = state;
  failures.clear();
  state.suspicious = true;
  await lease.listen(outboxChannel(db.schema), () => bell.ring());
  while (!lease.signal.aborted) {
    const sent = await relayOnce(lease, state);
    if (sent >= manySent) await createBell().wait(gatherMs, lease.signal);
    if (sent > 0) continue;
    await bell.wait(untilNextTry(failures), lease.signal);
  }
}

/** One pass over what is pending; answers how many messages it sent. */
async function relayOnce(lease: Lease, state: RelayState): Promise<number> {
  const { db, failures } = state;
  try {
    await unsendWhatIsLost(state);
    const pass = await sendPending(lease, { ...state, skip: townsInBackoff(failures) });
    state.suspicious = pass.failed.size > 0 || pass.wentBack;
    failures.delete(wholePass);
    for (const town of pass.sent.keys()) failures.delete(town);
    for (const [town, error] of pass.failed) noteFailure(state, town, error);
    if (Date.now() - state.purgedAt > purgeEveryMs) {
      await purgeOld(db);
      await state.purge?.();
      state.purgedAt = Date.now();
    }
    return Array.from(pass.sent.values()).reduce((sum, count) => sum + count, 0);
  } catch (error) {
    if (error instanceof LeaseLostError) throw error;
    noteFailure(state, wholePass, error);
    return 0;
  }
}

async function unsendWhatIsLost(state: RelayState): Promise<void> {
  const { db, stored, suspicious, checkedAt, logger } = state;
  if (stored === undefined || (!suspicious && Date.now() - checkedAt < trustMs)) return;
  await unsendLost(db, stored, logger);
  state.checkedAt = Date.now();
}

function noteFailure({ failures, logger }: RelayState, town: string, error: unknown): void {
  const count = (failures.get(town)?.count ?? 0) + 1;
  const afterMs = Math.min(firstBackoffMs * 2 ** (count - 1), longestBackoffMs);
  const reason = error instanceof Error ? error.message : String(error);
  failures.set(town, { count, until: Date.now() + afterMs, reason });
  logger.warn(
    { ...(town === wholePass ? {} : { town }), error, failures: count, afterMs },
    "cannot publish, trying again",
  );
}

function townsInBackoff(failures: Map<string, Failure>): string[] {
  const now = Date.now();
  return [...failures].filter(([town, failure]) => town !== wholePass && failure.until > now).map(([town]) => town);
}

function untilNextTry(failures: Map<string, Failure>): number {
  const now = Date.now();
  return Math.min(safetyLookMs, ...[...failures.values()].map((failure) => Math.max(0, failure.until - now)));
}
