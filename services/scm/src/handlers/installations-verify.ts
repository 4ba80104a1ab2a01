import { QueryError } from "@gastown/bus";
import { noTown, type DataOf, type ReplyOf, type verifyInstallation } from "@gastown/contracts";
import { transaction } from "@gastown/db";
import { ScmError, type CallContext } from "../forges/forge.ts";
import type { AppApi, GithubAccount, UserToken } from "../forges/github/app-api.ts";
import { addProof } from "../store/installation-proofs.ts";
import { readInstallation } from "../store/installation-reads.ts";
import type { InstallationsContext } from "./installations-context.ts";
import { observeInstallation, saveObserved, type Observed } from "./installations-facts.ts";

type Asked = DataOf<typeof verifyInstallation> & { readonly town: string };
type Reply = ReplyOf<typeof verifyInstallation>;

/**
 * Who a browser that comes back from GitHub belongs to, and that the installation it names is theirs: nothing a browser says is
 * believed before (scm §5.3.4). The person's token is used here and forgotten. What was verified is kept under a proof.
 */
export async function verifyForPerson(
  { db, app, logger }: InstallationsContext,
  asked: Asked,
  call: CallContext,
): Promise<Reply> {
  if (app === null) return { outcome: "no_app" };
  const token = await exchange(app, asked.code, call);
  if (token === null) return { outcome: "code_refused" };
  const person = await app.tokenUser(token, call).catch(asQueryError);
  const { installation: id, town, user } = asked;
  const observed = id === null ? null : await observeTheirs(app, { id, token }, call);
  if (id !== null && observed === null) {
    logger.warn(
      { town, installation: id, person: person.login },
      "an installation was named that is not this person's",
    );
    return { outcome: "not_found" };
  }
  return transaction(db, async (tx) => {
    if (observed !== null) await saveObserved(tx, observed);
    const proof = await addProof(tx, { owner: town, user, installation: id, person: person.id, login: person.login });
    const installation = id === null ? null : await readInstallation(tx, { town: noTown, installation: id });
    return { outcome: "verified", proof, person: accountOf(person), installation };
  });
}

async function exchange(app: AppApi, code: string, call: CallContext): Promise<UserToken | null> {
  try {
    return await app.exchangeCode(code, call);
  } catch (error) {
    if (error instanceof ScmError && error.kind === "invalid") return null;
    return asQueryError(error);
  }
}

/** Null when GitHub does not know it, or it is not this person's. */
async function observeTheirs(
  app: AppApi,
  { id, token }: { id: string; token: UserToken },
  call: CallContext,
): Promise<Observed | null> {
  try {
    const theirs = await app.userInstallations(token, call);
    return theirs.includes(id) ? await observeInstallation(app, id, call) : null;
  } catch (error) {
    if (error instanceof ScmError && error.kind === "gone") return null;
    return asQueryError(error);
  }
}

/** Who asks learns that GitHub could not be asked, instead of a fault of ours. */
function asQueryError(error: unknown): never {
  if (error instanceof ScmError) throw new QueryError("unavailable", `GitHub did not answer: ${error.message}`);
  throw error;
}

function accountOf({ id, login, type }: GithubAccount): { id: string; login: string; type: string } {
  return { id, login, type };
}
