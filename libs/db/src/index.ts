export { connectDatabase, type Database, type DatabaseOptions } from "./database.ts";
export { notifyDue, startDueLoop, type DueLoop, type DueLoopOptions } from "./due-loop.ts";
export {
  processGroup,
  processOnce,
  readVerdict,
  type Decision,
  type Processed,
  type ReceivedMessage,
} from "./inbox.ts";
export { LeaseLostError, withLease, type Lease, type LeaseOptions } from "./lease.ts";
export { migrate } from "./migrate.ts";
export { saveOutbox, tracedDraft, type OutboxDraft } from "./outbox.ts";
export { purgeOutbox } from "./purge-outbox.ts";
export { startRelay, type Relay, type RelayOptions } from "./relay.ts";
export type { OnPublished, OutboxRow } from "./send-pending.ts";
export { defineStatement, type Statement } from "./statement.ts";
export { readTownSeq } from "./town-seq.ts";
export { DatabaseLostError, lockTown, run, snapshot, together, transaction, type Tx } from "./transaction.ts";
export type { StoredEvents } from "./unsend-lost.ts";
