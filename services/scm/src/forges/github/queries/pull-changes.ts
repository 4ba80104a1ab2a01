/** What has to be known of a pull request before something of it is changed, so that what is so already is left alone. */
export const pullStateQuery = `query pullState($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      id state isDraft headRefOid headRefName baseRefName isCrossRepository mergeCommit { oid }
      isInMergeQueue mergeQueueEntry { position }
      autoMergeRequest { mergeMethod }
    }
  }
}`;

/** Two branches, and what is open between them. */
export const branchesQuery = `query branches($owner: String!, $name: String!, $head: String!, $base: String!, $headRef: String!, $baseRef: String!) {
  repository(owner: $owner, name: $name) {
    head: ref(qualifiedName: $headRef) { target { oid } }
    base: ref(qualifiedName: $baseRef) { target { oid } }
    pullRequests(headRefName: $head, baseRefName: $base, states: OPEN, first: 10) { nodes { number isCrossRepository } }
  }
}`;

/** Whether a branch is still where it was, and whom it is needed by. */
export const branchUseQuery = `query branchUse($owner: String!, $name: String!, $branch: String!, $ref: String!) {
  repository(owner: $owner, name: $name) {
    id
    defaultBranchRef { name }
    ref(qualifiedName: $ref) { target { oid } }
    asHead: pullRequests(headRefName: $branch, states: OPEN, first: 1) { totalCount }
    asBase: pullRequests(baseRefName: $branch, states: OPEN, first: 1) { totalCount }
  }
}`;

/** The newest words said about a pull request. */
export const lastWordsQuery = `query lastWords($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      state headRefOid
      comments(last: 30) { nodes { viewerDidAuthor body } }
      reviews(last: 50) { nodes { viewerDidAuthor body } }
    }
  }
}`;

export const convertToDraftMutation = `mutation convertToDraft($id: ID!) {
  convertPullRequestToDraft(input: { pullRequestId: $id }) { pullRequest { isDraft } }
}`;

export const markReadyMutation = `mutation markReady($id: ID!) {
  markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { isDraft } }
}`;

export const enqueueMutation = `mutation enqueue($id: ID!, $head: GitObjectID!) {
  enqueuePullRequest(input: { pullRequestId: $id, expectedHeadOid: $head }) { mergeQueueEntry { position state } }
}`;

export const enableAutoMergeMutation = `mutation enableAutoMerge($id: ID!, $head: GitObjectID!, $mergeMethod: PullRequestMergeMethod!) {
  enablePullRequestAutoMerge(input: { pullRequestId: $id, expectedHeadOid: $head, mergeMethod: $mergeMethod }) {
    pullRequest { autoMergeRequest { mergeMethod } }
  }
}`;

export const disableAutoMergeMutation = `mutation disableAutoMerge($id: ID!) {
  disablePullRequestAutoMerge(input: { pullRequestId: $id }) { pullRequest { autoMergeRequest { mergeMethod } } }
}`;

/** `updateRefs` with no commit after: the ref is deleted if it is where it is said to be. */
export const deleteRefMutation = `mutation deleteRef($repositoryId: ID!, $ref: GitRefname!, $before: GitObjectID!, $after: GitObjectID!) {
  updateRefs(input: { repositoryId: $repositoryId, refUpdates: [{ name: $ref, beforeOid: $before, afterOid: $after }] }) {
    clientMutationId
  }
}`;
