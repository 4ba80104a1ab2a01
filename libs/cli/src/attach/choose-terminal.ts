import type { Schema } from "@gastown/client";
import { shortId } from "./terminal-list.ts";

type Terminal = Schema<"Terminal">;

interface Choice {
  /** The terminal to come back to; null: a new one is opened. */
  session: string | null;
  /** What else is open, for the person; null when nothing is. */
  note: string | null;
}

/**
 * Where `gastown attach AGENT` leads when no terminal is named: back to your own one that nobody is in, the one you used last; else
 * to a new one, and what is open already is named. Pure.
 */
export function chooseTerminal(
  open: readonly Terminal[],
  { agent, program }: { agent: string; program: Terminal["program"] },
): Choice {
  const left = open
    .filter((one) => one.mine && one.writers === 0 && one.program === program)
    .toSorted((a, b) => lastUse(a).localeCompare(lastUse(b)))
    .at(-1);
  if (left !== undefined)
    return {
      session: left.session,
      note: `back in your terminal of ${left.openedAt.slice(0, 19)}Z; gastown attach ${agent} --new opens another`,
    };
  if (open.length === 0) return { session: null, note: null };
  const names = open.map(({ session, openedBy }) => `${shortId(session)} (${openedBy})`).join(", ");
  return {
    session: null,
    note: `a new terminal; also open: ${names}; gastown attach ${agent} --session <id> joins one`,
  };
}

function lastUse({ lastTypedAt, openedAt }: Terminal): string {
  return lastTypedAt ?? openedAt;
}
