import type { Snapshot } from "./snapshot.ts";

/**
 * All of a snapshot that could change the forge's answer to a merge, as one text: at most one merge is tried per
 * fingerprint (scm §0.5, §2.3). Without times, which a comment would renew.
 */
export function fingerprint(s: Snapshot): string {
  return JSON.stringify([
    [s.head, s.base, s.baseRef, s.state, s.draft, s.conflict, s.gate, s.gateRaw],
    [s.review, s.approvals.given, s.approvals.required, s.codeOwnerPending],
    s.objections.map((objection) => `${objection.reviewer} ${objection.outdated}`).toSorted(),
    [
      s.checks.rollup,
      names(s.checks.required.failing),
      names(s.checks.required.pending),
      [...s.checks.required.missing].toSorted(),
    ],
    [names(s.checks.optional.failing), names(s.checks.optional.pending)],
    [s.threads.unresolved, s.threads.required],
    [s.queue.required, s.queue.in, s.queue.state],
    [s.methods.toSorted(), s.permissions.contents, s.permissions.workflows],
  ]);
}

function names(items: readonly { readonly name: string }[]): string[] {
  return items.map((item) => item.name).toSorted();
}
