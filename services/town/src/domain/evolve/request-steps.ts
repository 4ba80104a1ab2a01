import { withRequest, withWork, type Steps } from "./steps.ts";

type RequestChangeType =
  | "work.handed-in"
  | "pull.asked"
  | "pull.reported"
  | "pull.close-asked"
  | "review.requested"
  | "review.withdrawn"
  | "review.completed"
  | "review.told"
  | "review.parked"
  | "merge.requested"
  | "rework.requested";

/** A request whose present head nobody reads or has read. */
export const unread = {
  review: "none",
  reviewHead: null,
  reviewSummary: null,
  reviewer: null,
  reviewTold: false,
} as const;

export const requestSteps: Steps<RequestChangeType> = {
  "work.handed-in": (state, { bead, request, head, summary }, at) => {
    const progressed = [bead, request].reduce(
      (s, id) => withWork(s, id, (b) => ({ ...b, attempts: 0, setbacks: 0, lastDispatchAt: null, updatedAt: at })),
      state,
    );
    return withRequest(progressed, request, ({ request: { pull } }) => ({
      ...unread,
      head,
      summary,
      // It was pushed before it was handed in: the forge may have told of it already.
      awaitsReport: pull === null || pull.head !== head,
      parked: false,
      openAskedAt: null,
    }));
  },
  "pull.asked": (state, { bead }, at) => withRequest(state, bead, () => ({ openAskedAt: at })),
  "pull.reported": (state, { bead, pull, current }, at) => {
    const told = withWork(state, bead, (b) => ({ ...b, updatedAt: at }));
    return withRequest(told, bead, ({ request: { stuck } }) => ({
      pull,
      // What kept the forge from telling of it is gone; what is about another head is over.
      ...(stuck === null || stuck.head === pull.head ? {} : { stuck: null }),
      ...(current ? { awaitsReport: false, head: pull.head } : {}),
    }));
  },
  "pull.close-asked": (state, { bead }, at) => withRequest(state, bead, () => ({ closeAskedAt: at })),
  "review.requested": (state, { bead, head }) =>
    withRequest(state, bead, () => ({ ...unread, review: "requested", reviewHead: head })),
  "review.withdrawn": (state, { bead }) => withRequest(state, bead, () => unread),
  "review.completed": (state, { bead, agent, verdict, head, summary }, at) => {
    const progressed = withWork(state, bead, (b) => ({
      ...b,
      attempts: 0,
      setbacks: 0,
      lastDispatchAt: null,
      updatedAt: at,
    }));
    const review = { review: verdict, reviewHead: head, reviewSummary: summary, reviewer: agent, reviewTold: false };
    return withRequest(progressed, bead, () => review);
  },
  "review.told": (state, { bead }) => withRequest(state, bead, () => ({ reviewTold: true })),
  "review.parked": (state, { bead }) => withRequest(state, bead, () => ({ parked: true })),
  "merge.requested": (state, { bead, head }, at) =>
    withRequest(state, bead, () => ({ mergeAskedAt: at, mergeAskedHead: head })),
  "rework.requested": (state, { bead, request, round, feedback, head }, at) => {
    const sent = withWork(state, bead, (b) => ({
      ...b,
      assignee: null,
      updatedAt: at,
      ...(b.type === "issue" ? { feedback, reworkRounds: round } : {}),
    }));
    return withRequest(sent, request, () => ({ reworkedHead: head }));
  },
};
