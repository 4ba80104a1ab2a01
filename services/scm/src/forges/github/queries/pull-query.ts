/** What is asked of one pull request by its own fragment; what needs the number of the pull request is in `pullQuery`. */
const pullFragment = `
fragment pull on PullRequest {
  id number url title body state merged isDraft updatedAt
  headRefOid headRefName baseRefOid baseRefName isCrossRepository
  mergeable mergeStateStatus canBeRebased viewerCanUpdateBranch reviewDecision
  isInMergeQueue isMergeQueueEnabled mergeQueueEntry { state position }
  autoMergeRequest { enabledAt mergeMethod }
  mergeCommit { oid }
  reviewThreads(first: 100) { pageInfo { hasNextPage endCursor } nodes { id isResolved isOutdated } }
  latestOpinionatedReviews(first: 50, writersOnly: true) {
    pageInfo { hasNextPage }
    nodes { state body author { login } commit { oid } }
  }
  reviewRequests(first: 50) { nodes { asCodeOwner } }
  baseRef {
    target { oid }
    refUpdateRule {
      requiredApprovingReviewCount requiredStatusCheckContexts requiresConversationResolution requiresLinearHistory
    }
  }
}`;

/** The workflow of a check tells two jobs of one name apart; only who may read Actions may ask for it. */
const contextFragments = `
fragment run on CheckRun {
  id name status conclusion detailsUrl startedAt
  checkSuite { app { databaseId slug } workflowRun @include(if: $actions) { event workflow { name } } }
}
fragment status on StatusContext { id context state targetUrl }`;

function rollup(number: string, after: string): string {
  return `commits(last: 1) {
      nodes {
        commit {
          oid
          statusCheckRollup {
            state
            contexts(first: 100${after}) {
              pageInfo { hasNextPage endCursor }
              nodes {
                kind: __typename
                ... on CheckRun { ...run isRequired(pullRequestNumber: ${number}) }
                ... on StatusContext { ...status isRequired(pullRequestNumber: ${number}) }
              }
            }
          }
        }
      }
    }`;
}

/** Most pull requests one query asks for: about one point together (scm §1.10). */
export const mostPullsAQuery = 25;

/**
 * The query of `count` pull requests of one repository (scm §7.3), as `p0`, `p1` ... with their numbers in `$n0`, `$n1` ...
 * It costs one point up to `mostPullsAQuery`.
 */
export function pullQuery(count: number): string {
  const indexes = Array.from({ length: count }, (_, index) => index);
  const numbers = indexes.map((index) => `$n${index}: Int!`).join(", ");
  const pulls = indexes.map(
    (index) => `p${index}: pullRequest(number: $n${index}) { ...pull ${rollup(`$n${index}`, "")} }`,
  );
  return `query pulls($owner: String!, $name: String!, $actions: Boolean!, ${numbers}) {
  rateLimit { cost remaining resetAt }
  repository(owner: $owner, name: $name) {
    databaseId nameWithOwner isArchived viewerPermission
    mergeCommitAllowed squashMergeAllowed rebaseMergeAllowed autoMergeAllowed
    ${pulls.join("\n    ")}
  }
}${pullFragment}${contextFragments}`;
}

/** The next checks of the newest commit. */
export const moreChecksQuery = `query moreChecks($owner: String!, $name: String!, $actions: Boolean!, $n0: Int!, $after: String!) {
  rateLimit { cost remaining resetAt }
  repository(owner: $owner, name: $name) {
    pullRequest(number: $n0) { ${rollup("$n0", ", after: $after")} }
  }
}${contextFragments}`;

export const moreThreadsQuery = `query moreThreads($owner: String!, $name: String!, $n0: Int!, $after: String!) {
  rateLimit { cost remaining resetAt }
  repository(owner: $owner, name: $name) {
    pullRequest(number: $n0) {
      reviewThreads(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor } nodes { id isResolved isOutdated }
      }
    }
  }
}`;

/** Paths of changed files, asked only when some of them would need a permission we lack. */
export const changedFilesQuery = `query changedFiles($owner: String!, $name: String!, $n0: Int!, $after: String) {
  rateLimit { cost remaining resetAt }
  repository(owner: $owner, name: $name) {
    pullRequest(number: $n0) { files(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { path } } }
  }
}`;
