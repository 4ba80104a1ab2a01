import { pullStateChanged } from "@gastown/contracts";
import type { NumberedPull } from "../store/rows.ts";
import type { PullFound } from "../store/save-look.ts";
import { pullDraft } from "./pull-draft.ts";
import { pullReport } from "./pull-changes.ts";

interface Trouble {
  /** The forge's words. */
  readonly why: string;
  readonly now: Date;
  readonly url: string;
}

/** What is stored and told of a pull request that the forge does not let us read or change: it is blocked, for a person to look at. */
export function unreadablePull(pull: NumberedPull, { why, now, url }: Trouble): Omit<PullFound, "nextInMs"> {
  const cause = { state: "blocked" as const, message: `the forge does not let us: ${why}` };
  const changed = pull.state !== "blocked" || pull.causes[0]?.message !== cause.message;
  // Nobody knows a head of one that was never read: nothing can be told of it yet.
  const told = pull.bead !== null && pull.headCommit !== null && (changed || pull.reportDue);
  const revision = pull.revision + (told ? 1 : 0);
  const wishes = { draftWish: null, closeWish: null, mergeWish: null };
  const seen = { state: cause.state, causes: [cause], since: pull.state === "blocked" ? pull.since : now };
  const set = { ...wishes, ...seen, revision, reportDue: pull.reportDue && !told, nextReadAt: null };
  const change = { from: pull.state, to: cause.state, causes: [cause.message], headCommit: pull.headCommit ?? "" };
  return {
    set,
    outbox: [
      ...(pull.state !== "blocked" && pull.announced ? [pullDraft(pull, pullStateChanged, change)] : []),
      ...(told ? [pullReport({ ...pull, ...seen, revision }, url)] : []),
    ],
  };
}
