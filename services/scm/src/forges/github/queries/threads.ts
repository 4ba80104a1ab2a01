const comment = `author { kind: __typename login } body url`;

/** Review threads with their comments, 50 and 50: far below the limit of nodes (scm §1.10). */
export const threadsQuery = `query threads($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewThreads(first: 50, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {
          id isResolved isOutdated path line originalLine
          comments(first: 50) { pageInfo { hasNextPage endCursor } nodes { ${comment} } }
        }
      }
    }
  }
}`;

export const threadCommentsQuery = `query threadComments($id: ID!, $after: String) {
  node(id: $id) {
    ... on PullRequestReviewThread {
      comments(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { ${comment} } }
    }
  }
}`;

/** Whose thread it is, and whether what is to be said or done is so already. */
export const threadQuery = `query thread($id: ID!) {
  node(id: $id) {
    kind: __typename
    ... on PullRequestReviewThread {
      isResolved
      pullRequest { number repository { databaseId } }
      comments(last: 1) { nodes { viewerDidAuthor body } }
    }
  }
}`;

export const replyMutation = `mutation reply($thread: ID!, $body: String!) {
  addPullRequestReviewThreadReply(input: { pullRequestReviewThreadId: $thread, body: $body }) { comment { id } }
}`;

export const resolveMutation = `mutation resolve($thread: ID!) {
  resolveReviewThread(input: { threadId: $thread }) { thread { isResolved } }
}`;
