/** How many people must approve: the default branch is the protected one, every other takes what its owner gives. */
export function requiredApprovalsOf(
  pull: { readonly baseBranch: string },
  repo: { readonly defaultBranch: string | null; readonly requiredApprovals: number },
): number {
  return pull.baseBranch === repo.defaultBranch ? repo.requiredApprovals : 0;
}
