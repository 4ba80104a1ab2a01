import {
  closePull,
  createBranch,
  editPull,
  followPull,
  forgetTown,
  linkInstallation,
  mergePull,
  openPull,
  openUnownedPull,
  registerRepo,
  releasePull,
  replyToThread,
  requestInstallation,
  requestPullReview,
  resolveThread,
  reviewPull,
  setDraft,
  type Command,
  type DataOf,
} from "@gastown/contracts";
import type { CommandMessage, Outcome } from "@gastown/bus";
import { processOnce, type Decision, type Tx } from "@gastown/db";
import { decideAskedPull } from "./ask-pull.ts";
import { decideClosePull } from "./close-pull.ts";
import type { ScmContext } from "./context.ts";
import { decideCreateBranch } from "./create-branch.ts";
import { decideFollowPull } from "./follow-pull.ts";
import { decideForgetTown } from "./forget-town.ts";
import { decideLinkInstallation, decideRequestInstallation } from "./installations-link.ts";
import { decideMergePull } from "./merge-pull.ts";
import { decideOpenPull } from "./open-pull.ts";
import { prepareCommand } from "./prepare-command.ts";
import { decideProposedPull } from "./propose-pull.ts";
import { decideRegisterRepo } from "./register-repo.ts";
import { decideReleasePull } from "./release-pull.ts";
import { decideReviewPull } from "./review-pull.ts";
import type { Deciding, Refusal, Ruling } from "./ruling.ts";
import { decideSetDraft } from "./set-draft.ts";

type Decide = (deciding: Deciding<unknown>) => Promise<Ruling>;

function on<D extends Command>(d: D, decide: (deciding: Deciding<DataOf<D>>) => Promise<Ruling>): [string, Decide] {
  return [d.type, (deciding) => decide(deciding as Deciding<DataOf<D>>)];
}

const decisions = new Map<string, Decide>([
  on(registerRepo, decideRegisterRepo),
  on(createBranch, decideCreateBranch),
  on(openPull, decideOpenPull),
  on(openUnownedPull, decideProposedPull),
  on(followPull, decideFollowPull),
  on(mergePull, decideMergePull),
  on(closePull, decideClosePull),
  on(releasePull, decideReleasePull),
  on(reviewPull, decideReviewPull),
  on(setDraft, decideSetDraft),
  on(editPull, decideAskedPull),
  on(requestPullReview, decideAskedPull),
  on(replyToThread, decideAskedPull),
  on(resolveThread, decideAskedPull),
  on(linkInstallation, decideLinkInstallation),
  on(requestInstallation, decideRequestInstallation),
  on(forgetTown, decideForgetTown),
]);

/**
 * Decides one command and stores its effects and its verdict in one transaction; what needs the forge is done before it. What can never
 * succeed is warned of once (R3).
 */
export async function acceptCommand(
  context: Pick<ScmContext, "db" | "forges" | "logger">,
  message: CommandMessage,
): Promise<Outcome> {
  const { envelope, stream, seq } = message;
  const received = { service: "scm", envelope, stream, seq };
  const refusal = await prepareCommand(context, message);
  const { verdict, duplicate } = await processOnce(context.db, received, (tx) => rule(tx, message, refusal));
  if (duplicate) return { outcome: "duplicate", verdict };
  if (verdict.outcome !== "terminal") return { outcome: verdict.outcome, verdict };
  const { code = "unknown_message", message: why = "" } = verdict;
  const fields = { town: envelope.townid, command: envelope.id, type: envelope.type, actor: envelope.actor, code, why };
  context.logger.warn(fields, "command can never succeed, settled as processed");
  return { outcome: "terminal", code, message: why, verdict };
}

async function rule(tx: Tx, { envelope }: CommandMessage, refusal: Refusal | null): Promise<Decision> {
  const known = decisions.get(envelope.type);
  const unknown: Refusal = {
    outcome: "terminal",
    code: "unknown_message",
    message: `scm knows no "${envelope.type}"`,
  };
  const deciding = { tx, town: envelope.townid, data: envelope.data, envelope };
  const { outbox = [], ...ruling } = refusal ?? (known === undefined ? unknown : await known(deciding));
  return { verdict: { command: envelope.id, ...ruling }, outbox };
}
