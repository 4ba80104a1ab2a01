import { packDatabase } from "../../sessions/pack-database.ts";

/** A copy of an agent's sessions, packed, in base64. */
export async function packSessions({ file }: { file: string }): Promise<string> {
  return Buffer.from(await packDatabase(file)).toString("base64");
}
