import type { Message } from "./bead.ts";
import { waitText } from "./time.ts";
import type { TownState } from "./state.ts";

/** Senders that are named; the mail itself names all. */
const maxSenders = 5;

/** What an agent is told that has done nothing for long; by the harder tier somebody else was asked about it. */
export function stuckText(
  { town: { policy } }: TownState,
  { bead, tier, idleMs }: { bead: string; tier: "warn" | "escalate"; idleMs: number },
): string {
  const found = `Nothing was seen of your work on ${bead} for ${waitText(idleMs)}.`;
  const ways = "If you are done, call gt_done. If something keeps you from going on, say so with gt_escalate.";
  if (tier === "warn") return `${found} ${ways} Otherwise go on now.`;
  const end = `After ${waitText(policy.stuckStopMs)} without a sign of work you are stopped and ${bead} goes to somebody else`;
  return `${found} Others were asked to decide what becomes of it. ${ways} ${end}: commit and push what you have.`;
}

/** What an agent is told that has new mail, at least one message. */
export function mailText(mail: readonly Message[]): string {
  const senders = [...new Set(mail.map(({ createdBy }) => createdBy))];
  const named = senders.slice(0, maxSenders).join(", ");
  const from = senders.length > maxSenders ? `${named} and ${senders.length - maxSenders} others` : named;
  return `You have mail from ${from}: fetch it with gt_mail_check.`;
}

/** What a mayor is told whose start ended before its turn did. */
export const cutOffText =
  "Your last turn was cut off before it was over. Look at what was done of it, and go on with the rest.";

/** The contracts' limit of what is said to an agent at once, in characters. */
const maxSaid = 12_000;
/** Less of a context than this says nothing. */
const leastContext = 40;

/** What a person says to the mayor, with what the person looks at before it as far as there is room (kilo-town §7.2). */
export function spokenText(message: string, context: string | null): string {
  const shown = context?.trim() ?? "";
  const framed = (text: string): string =>
    `<reminder>\nWhat the person has in view:\n${text}\n</reminder>\n\n${message}`;
  const room = maxSaid - framed("").length;
  if (shown === "" || room < leastContext) return message;
  return framed(shown.length <= room ? shown : `${shown.slice(0, room - 1).toWellFormed()}…`);
}
