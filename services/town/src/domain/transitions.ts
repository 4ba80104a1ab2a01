import type { BeadStatus, BeadType } from "@gastown/contracts";

type Moves = Readonly<Record<BeadStatus, readonly BeadStatus[]>>;

/** A bead that is just there until someone ends it. */
const note: Moves = { open: ["closed"], in_progress: [], in_review: [], closed: [], failed: [] };

/** A bead that others bring to its end. */
const ending: Moves = { open: ["closed", "failed"], in_progress: [], in_review: [], closed: [], failed: ["closed"] };

/**
 * Every legal move of a bead's status; there is no other way to change one. `closed` is final. `failed` is final for rules
 * and agents; a person may close a failed bead, which accepts the failure and lets its dependants go on (W26).
 */
const legal: Readonly<Partial<Record<BeadType, Moves>>> = {
  issue: {
    open: ["in_progress", "closed", "failed"],
    in_progress: ["open", "in_review", "closed", "failed"],
    in_review: ["open", "closed", "failed"],
    failed: ["closed"],
    closed: [],
  },
  merge_request: {
    open: ["in_progress", "closed", "failed"],
    in_progress: ["open", "closed", "failed"],
    in_review: [],
    failed: [],
    closed: [],
  },
  convoy: ending,
  molecule: ending,
  escalation: note,
  message: note,
};

/** Whether a bead of this type may move so. */
export function mayMove(type: BeadType, from: BeadStatus, to: BeadStatus): boolean {
  return legal[type]?.[from].includes(to) ?? false;
}

/** Whether a bead of this type can ever have this status: its first one, or one that some move leads to. */
export function isStatusOf(type: BeadType, status: BeadStatus): boolean {
  return status === "open" || Object.values(legal[type] ?? {}).some((targets) => targets.includes(status));
}
