import { createHash, randomBytes } from "node:crypto";
import type { Tx } from "@gastown/db";
import { and, eq, gt, isNull, lt, sql } from "@gastown/db/drizzle";
import { installationProofs } from "./schema/installations.ts";

export type ProofRow = typeof installationProofs.$inferSelect;
type Proved = Omit<ProofRow, "hash" | "expiresAt">;

const keptMinutes = 10;

/** Who a person is, and that an installation is theirs, is kept for ten minutes. Answers the only copy of its proof. */
export async function addProof(tx: Tx, proved: Proved): Promise<string> {
  const proof = randomBytes(32).toString("base64url");
  await tx.delete(installationProofs).where(lt(installationProofs.expiresAt, sql`now()`));
  await tx.insert(installationProofs).values({
    ...proved,
    hash: hashOf(proof),
    expiresAt: sql`now() + make_interval(mins => ${keptMinutes})`,
  });
  return proof;
}

/** What the proof stands for, once: it is used up. Null when it is none, or is for another owner, user or installation. */
export async function takeProof(
  tx: Tx,
  { proof, owner, user, installation }: { proof: string } & Pick<Proved, "owner" | "user" | "installation">,
): Promise<ProofRow | null> {
  const [taken] = await tx
    .delete(installationProofs)
    .where(
      and(
        eq(installationProofs.hash, hashOf(proof)),
        eq(installationProofs.owner, owner),
        eq(installationProofs.user, user),
        installation === null
          ? isNull(installationProofs.installation)
          : eq(installationProofs.installation, installation),
        gt(installationProofs.expiresAt, sql`now()`),
      ),
    )
    .returning();
  return taken ?? null;
}

function hashOf(proof: string): string {
  return createHash("sha256").update(proof).digest("hex");
}
