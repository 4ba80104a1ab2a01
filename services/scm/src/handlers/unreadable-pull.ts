import { pullStateChanged } from "@gastown/contracts";
import type { OutboxDraft } from "@gastown/db";
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
  const before = pull.state === "blocked";
  const told = isTold(pull, before && pull.causes[0]?.message === cause.message);
  const revision = pull.revision + (told ? 1 : 0);
  const wishes = { draftWish: null, closeWish: null, mergeWish: null };
  const seen = { state: cause.state, causes: [cause], since: before ? pull.since : now };
  return {
    set: { ...wishes, ...seen, revision, reportDue: pull.reportDue && !told, nextReadAt: null },
    outbox: [
      ...(before ? [] : changeOf(pull, cause.message)),
      ...(told ? [pullReport({ ...pull, ...seen, revision }, url)] : []),
    ],
  };
}

/** Nobody knows a head of one that was never read: nothing can be told of it yet. */
function isTold({ bead, headCommit, reportDue }: NumberedPull, known: boolean): boolean {
  return bead !== null && headCommit !== null && (!known || reportDue);
}

function changeOf(pull: NumberedPull, cause: string): OutboxDraft[] {
  if (!pull.announced) return [];
  const change = { from: pull.state, to: "blocked" as const, causes: [cause], headCommit: pull.headCommit ?? "" };
  return [pullDraft(pull, pullStateChanged, change)];
}
