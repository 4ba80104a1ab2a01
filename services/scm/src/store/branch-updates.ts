import type { Database } from "@gastown/db";
import { eq } from "@gastown/db/drizzle";
import type { BranchUpdate } from "../domain/branch-updates.ts";
import { pulls } from "./schema/pulls.ts";

/** Which updates of its branch the forge was asked for. */
export async function noteBranchUpdate(db: Database, pull: string, branchUpdates: BranchUpdate[]): Promise<void> {
  await db.drizzle.update(pulls).set({ branchUpdates }).where(eq(pulls.id, pull));
}
