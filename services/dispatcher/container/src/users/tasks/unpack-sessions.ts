import { unpackDatabase, type Move } from "../../sessions/pack-database.ts";

interface Packed {
  file: string;
  /** In base64. */
  packed: string;
  move: Move;
}

/** Packed sessions stand in the place of those that are there. */
export async function unpackSessions({ file, packed, move }: Packed): Promise<null> {
  await unpackDatabase(file, Buffer.from(packed, "base64"), move);
  return null;
}
