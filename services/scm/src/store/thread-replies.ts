import type { Database } from "@gastown/db";
import { threadReplies } from "./schema/thread-replies.ts";

/** The answer is about to be given. False when it was before: then nobody knows whether it came through. */
export async function beginReply(db: Database, reply: { id: string; pull: string }): Promise<boolean> {
  const begun = await db.drizzle
    .insert(threadReplies)
    .values(reply)
    .onConflictDoNothing()
    .returning({ id: threadReplies.id });
  return begun.length > 0;
}
