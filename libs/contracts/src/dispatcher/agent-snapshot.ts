import { z } from "zod";

/** The head of a stored session of an agent, on `snap.<town>.<agent>.head.0` (stream `SNAP`); its pieces lie in the slot it names. */
export const snapshotHead = z.object({
  /** The SHA-256 of the whole, in hex. */
  id: z.string(),
  slot: z.enum(["a", "b"]),
  chunks: z.int().min(1),
  bytes: z.int().min(0),
  /** The agent program's own name of the session. */
  session: z.string(),
  /** The folder the agent worked in. */
  directory: z.string(),
  /** The program that wrote it. */
  program: z.string(),
  at: z.iso.datetime(),
});
export type SnapshotHead = z.infer<typeof snapshotHead>;
