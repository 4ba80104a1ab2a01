import type { PrState, PullExplanation } from "@gastown/contracts";
import type { Cause } from "./derive.ts";

interface Explained {
  readonly state: PrState;
  readonly causes: readonly Cause[];
  /** A bead follows it: an agent can be sent to it. Else whoever wrote it has to act. */
  readonly followed: boolean;
}

type Actor = PullExplanation["nextActor"];

/** Who has to act in each state (scm §2.1: its actions). */
const actors: Readonly<Record<PrState, Actor>> = {
  merged: "nobody",
  closed: "nobody",
  stale_read: "forge",
  queued: "forge",
  conflicts: "agent",
  draft: "person",
  changes_requested: "agent",
  checks_failing: "agent",
  unresolved_threads: "agent",
  checks_pending: "forge",
  behind: "us",
  awaiting_approval: "person",
  unknown: "forge",
  blocked: "person",
  ready: "us",
};

/** What is said where no cause is: of what has ended, and of what may go on. */
const plainWords: Readonly<Partial<Record<PrState, string>>> = {
  merged: "it is merged",
  closed: "it is closed",
  ready: "nothing hinders the merge",
};

/** Why a pull request is where it is, in one sentence, and who has to act next (scm §4: "names cause and next actor"). */
export function explainPull({ state, causes, followed }: Explained): Pick<PullExplanation, "says" | "nextActor"> {
  const cause = causes.find((one) => one.state === state);
  const words = cause === undefined ? plainWords[state] : firstLine(cause.message);
  const unfollowed = !followed && (actors[state] === "agent" || actors[state] === "us");
  return { says: words ?? "it was not read yet", nextActor: unfollowed ? "person" : actors[state] };
}

function firstLine(message: string): string {
  return (message.split("\n", 1)[0] ?? "").replace(/:$/, "");
}
