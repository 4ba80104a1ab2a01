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
