import type { CommandMessage } from "@gastown/bus";
import { editPull, replyToThread, requestPullReview, resolveThread, type DataOf } from "@gastown/contracts";
import { readVerdict } from "@gastown/db";
import { ScmError, type CallContext, type Forge } from "../forges/forge.ts";
import { findPull } from "../store/pulls.ts";
import { findRepo } from "../store/repos.ts";
import type { NumberedPull } from "../store/rows.ts";
import { beginReply } from "../store/thread-replies.ts";
import type { ScmContext } from "./context.ts";
import { forgeRefusal } from "./forge-refusal.ts";
import { notFound, refused, type Refusal } from "./ruling.ts";

type PullCommand = typeof editPull | typeof requestPullReview | typeof replyToThread | typeof resolveThread;

interface Asking extends CallContext {
  readonly context: Pick<ScmContext, "db" | "forges">;
  readonly forge: Forge;
  readonly pull: NumberedPull;
  readonly command: string;
}

type Ask<D extends PullCommand> = (data: DataOf<D>, asking: Asking) => Promise<void>;

function on<D extends PullCommand>(d: D, ask: Ask<D>): [string, (data: unknown, asking: Asking) => Promise<void>] {
  return [d.type, (data, asking) => ask(d.data.parse(data) as DataOf<D>, asking)];
}

const asks = new Map([
  on(editPull, async ({ title, body }, { forge, pull, signal }) => {
    const words = { ...(title !== undefined && { title }), ...(body !== undefined && { body }) };
    if (Object.keys(words).length > 0) await forge.editPr(pull, words, { signal });
  }),
  on(requestPullReview, ({ reviewers }, { forge, pull, signal }) => forge.requestReview(pull, reviewers, { signal })),
  on(resolveThread, ({ thread }, { forge, pull, signal }) => forge.resolveThread(pull, thread, { signal })),
  on(replyToThread, async ({ thread, body }, { forge, pull, signal, context, command }) => {
    // Said once: a command that was interrupted here is not known to have been said, and is not said again.
    if (await beginReply(context.db, { id: command, pull: pull.id }))
      await forge.replyThread(pull, thread, body, { signal });
  }),
]);

/** Does on the forge what a command says, before it is decided; the refusal is in the forge's own words. */
export async function askForge(
  context: Pick<ScmContext, "db" | "forges">,
  { envelope, signal }: CommandMessage,
): Promise<Refusal | null> {
  const ask = asks.get(envelope.type);
  if (ask === undefined || (await readVerdict(context.db, envelope.id)) !== null) return null;
  const { rig, number } = editPull.data.pick({ rig: true, number: true }).parse(envelope.data);
  const ref = { town: envelope.townid, rig, number };
  const [repo, pull] = [await findRepo(context.db, ref), await findPull(context.db, ref)];
  if (repo === null || pull === null) return notFound("pr_not_found", `There is no pull request ${number} in ${rig}.`);
  if (pull.status !== "open") return refused("wrong_state", `Pull request ${number} is ${pull.status}.`);
  try {
    await ask(envelope.data, { context, forge: context.forges.of(repo.forge), pull, command: envelope.id, signal });
    return null;
  } catch (error) {
    if (!(error instanceof ScmError)) throw error;
    return forgeRefusal(error);
  }
}
