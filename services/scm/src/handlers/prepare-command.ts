import type { CommandMessage } from "@gastown/bus";
import {
  editPull,
  followPull,
  openUnownedPull,
  replyToThread,
  requestPullReview,
  resolveThread,
} from "@gastown/contracts";
import { askForge } from "./ask-forge.ts";
import type { ScmContext } from "./context.ts";
import { findForeignPull } from "./find-foreign-pull.ts";
import { openProposal } from "./propose-pull.ts";
import type { Refusal } from "./ruling.ts";

type Prepare = (context: Pick<ScmContext, "db" | "forges">, message: CommandMessage) => Promise<Refusal | null>;

/** Commands that the forge is asked about before they are decided: who sent them waits for its answer. */
const prepared = new Map<string, Prepare>([
  [openUnownedPull.type, openProposal],
  [followPull.type, findForeignPull],
  ...[editPull, requestPullReview, replyToThread, resolveThread].map(({ type }): [string, Prepare] => [type, askForge]),
]);

/** Asks the forge what a command needs to be decided; the refusal when it cannot be. */
export async function prepareCommand(
  context: Pick<ScmContext, "db" | "forges">,
  message: CommandMessage,
): Promise<Refusal | null> {
  return (await prepared.get(message.envelope.type)?.(context, message)) ?? null;
}
