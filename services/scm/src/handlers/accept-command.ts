import {
  closePull,
  mergePull,
  openPull,
  registerRepo,
  reviewPull,
  setDraft,
  type Command,
  type DataOf,
} from "@gastown/contracts";
import type { CommandMessage, Outcome } from "@gastown/bus";
import { processOnce, type Decision, type Tx } from "@gastown/db";
import { decideClosePull } from "./close-pull.ts";
import type { ScmContext } from "./context.ts";
import { decideMergePull } from "./merge-pull.ts";
import { decideOpenPull } from "./open-pull.ts";
import { decideRegisterRepo } from "./register-repo.ts";
import { decideReviewPull } from "./review-pull.ts";
import type { Deciding, Ruling } from "./ruling.ts";
import { decideSetDraft } from "./set-draft.ts";

type Decide = (deciding: Deciding<unknown>) => Promise<Ruling>;

function on<D extends Command>(d: D, decide: (deciding: Deciding<DataOf<D>>) => Promise<Ruling>): [string, Decide] {
  return [d.type, (deciding) => decide(deciding as Deciding<DataOf<D>>)];
}

const decisions = new Map<string, Decide>([
  on(registerRepo, decideRegisterRepo),
  on(openPull, decideOpenPull),
  on(mergePull, decideMergePull),
  on(closePull, decideClosePull),
  on(reviewPull, decideReviewPull),
  on(setDraft, decideSetDraft),
]);

/** Decides one command and stores its effects and its verdict in one transaction; nothing slow happens here. */
export async function acceptCommand({ db }: Pick<ScmContext, "db">, message: CommandMessage): Promise<Outcome> {
  const { envelope, stream, seq } = message;
  const received = { service: "scm", envelope, stream, seq };
  const { verdict, duplicate } = await processOnce(db, received, (tx) => rule(tx, message));
  if (duplicate) return { outcome: "duplicate", verdict };
  if (verdict.outcome !== "terminal") return { outcome: verdict.outcome, verdict };
  return { outcome: "terminal", code: verdict.code ?? "unknown_message", message: verdict.message ?? "", verdict };
}

async function rule(tx: Tx, { envelope }: CommandMessage): Promise<Decision> {
  const known = decisions.get(envelope.type);
  const unknown = { outcome: "terminal", code: "unknown_message", message: `scm knows no "${envelope.type}"` } as const;
  const ruling =
    known === undefined ? unknown : await known({ tx, town: envelope.townid, data: envelope.data, envelope });
  if (ruling.outcome !== "applied") return { verdict: { command: envelope.id, ...ruling } };
  const { result, outbox = [] } = ruling;
  return { verdict: { command: envelope.id, outcome: "applied", result }, outbox };
}
