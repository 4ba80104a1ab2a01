import { expect, test } from "vitest";
import { openDouble } from "../test/open-double.ts";

/** Word for word the query of scm §7.3, with the fields it leaves open ("...") filled in. */
const fields = `
  id number state merged isDraft headRefOid headRefName baseRefOid baseRefName isCrossRepository updatedAt mergeable mergeStateStatus
  reviewDecision isInMergeQueue isMergeQueueEnabled mergeQueueEntry{state position}
  autoMergeRequest{enabledAt mergeMethod} viewerCanEnableAutoMerge mergeCommit{oid}
  reviewThreads(first:100){totalCount pageInfo{hasNextPage endCursor} nodes{id isResolved isOutdated}}
  latestOpinionatedReviews(first:50, writersOnly:true){nodes{state author{login} commit{oid}}}
  reviewRequests(first:20){nodes{asCodeOwner}}
  baseRef{refUpdateRule{requiredApprovingReviewCount requiredStatusCheckContexts requiresCodeOwnerReviews
    requiresConversationResolution requiresSignatures requiresLinearHistory viewerCanPush}}
  commits(last:1){nodes{commit{oid statusCheckRollup{state contexts(first:100){nodes{
    ... on CheckRun{name status conclusion isRequired(pullRequestNumber:$n)}
    ... on StatusContext{context state isRequired(pullRequestNumber:$n)}}}}}}}`;
const query = `query Snapshot($n: Int!) {
  repository(owner: "acme", name: "app") {
    mergeCommitAllowed squashMergeAllowed rebaseMergeAllowed autoMergeAllowed
    pullRequest(number: $n) {${fields}}
  }
  rateLimit { cost remaining resetAt }
}`;

test("the query of scm §7.3 is answered in full, for one point", async () => {
  await using opened = await openDouble();
  const { double, repository, pull, graphql } = opened;
  const { world } = double;
  await world.rules.set(repository, "main", {
    requiredApprovals: 1,
    requiredChecks: ["ci", "deploy"],
    conversationResolution: true,
  });
  await world.checks.run(repository, pull.headOid, { name: "ci", conclusion: "SUCCESS" });
  await world.checks.status(repository, pull.headOid, { context: "coverage", state: "failure" });
  await world.reviews.submit(pull, { by: "ann", state: "APPROVED" });
  await world.reviews.submit(pull, { by: "eve", state: "CHANGES_REQUESTED" });
  const thread = world.threads.open(pull, { by: "bob", body: "why?" });
  const { status, body } = await graphql(query, { n: pull.number });
  expect(status).toBe(200);
  expect(body).toEqual({
    data: {
      repository: {
        mergeCommitAllowed: true,
        squashMergeAllowed: true,
        rebaseMergeAllowed: true,
        autoMergeAllowed: false,
        pullRequest: {
          id: pull.nodeId,
          number: 1,
          state: "OPEN",
          merged: false,
          isDraft: false,
          headRefOid: pull.headOid,
          headRefName: "feature",
          baseRefOid: repository.git.tip("main"),
          baseRefName: "main",
          isCrossRepository: false,
          updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          mergeable: "MERGEABLE",
          mergeStateStatus: "BLOCKED",
          reviewDecision: "APPROVED",
          isInMergeQueue: false,
          isMergeQueueEnabled: false,
          mergeQueueEntry: null,
          autoMergeRequest: null,
          viewerCanEnableAutoMerge: false,
          mergeCommit: null,
          reviewThreads: {
            totalCount: 1,
            pageInfo: { hasNextPage: false, endCursor: expect.any(String) },
            nodes: [{ id: thread.nodeId, isResolved: false, isOutdated: false }],
          },
          latestOpinionatedReviews: {
            nodes: [{ state: "APPROVED", author: { login: "ann" }, commit: { oid: pull.headOid } }],
          },
          reviewRequests: { nodes: [] },
          baseRef: {
            refUpdateRule: {
              requiredApprovingReviewCount: 1,
              requiredStatusCheckContexts: ["ci", "deploy"],
              requiresCodeOwnerReviews: false,
              requiresConversationResolution: true,
              requiresSignatures: false,
              requiresLinearHistory: false,
              viewerCanPush: true,
            },
          },
          commits: {
            nodes: [
              {
                commit: {
                  oid: pull.headOid,
                  statusCheckRollup: {
                    state: "FAILURE",
                    contexts: {
                      nodes: [
                        { name: "ci", status: "COMPLETED", conclusion: "SUCCESS", isRequired: true },
                        { context: "coverage", state: "FAILURE", isRequired: false },
                      ],
                    },
                  },
                },
              },
            ],
          },
        },
      },
      rateLimit: { cost: 1, remaining: 4_999, resetAt: expect.any(String) },
    },
  });
});

test("25 pull requests by alias are one call of one point", async () => {
  await using opened = await openDouble();
  const { double, repository, graphql } = opened;
  for (let n = 2; n <= 25; n += 1) {
    await double.world.branches.commit(repository, { branch: `b${n}`, files: { [`f${n}`]: "x" } });
    await double.world.pulls.open(repository, { head: `b${n}` });
  }
  const aliases = Array.from(
    { length: 25 },
    (_, i) => `p${i + 1}: pullRequest(number: ${i + 1}) { ${fields.replaceAll("$n", `${i + 1}`)} }`,
  );
  const { body } = await graphql(
    `query Sweep { repository(owner: "acme", name: "app") { ${aliases.join("\n")} } rateLimit { cost } }`,
  );
  expect(body).toMatchObject({
    data: { repository: { p1: { number: 1 }, p25: { number: 25 } }, rateLimit: { cost: 1 } },
  });
  expect(double.requests.map(({ route, cost }) => [route, cost])).toEqual([["query Sweep", 1]]);
});

test("a viewer reads the word of its own token (scm §1.2)", async () => {
  await using opened = await openDouble({
    permissions: { metadata: "read", contents: "write", pull_requests: "write" },
  });
  const { double, repository, graphql, as } = opened;
  await double.world.branches.commit(repository, {
    branch: "feature",
    files: { ".github/workflows/ci.yml": "on: push" },
  });
  const word = `{ repository(owner: "acme", name: "app") { pullRequest(number: 1) { mergeStateStatus } } }`;
  expect((await graphql(word)).body).toMatchObject({
    data: { repository: { pullRequest: { mergeStateStatus: "BLOCKED" } } },
  });
  const ann = asGraphql(as, double.auth.personalToken("ann"));
  expect(await ann(word)).toMatchObject({ data: { repository: { pullRequest: { mergeStateStatus: "CLEAN" } } } });

  function asGraphql(ask: typeof as, token: string) {
    return async (text: string) => {
      const response = await fetch(double.graphqlUrl, {
        method: "POST",
        headers: { authorization: `bearer ${token}` },
        body: JSON.stringify({ query: text }),
      });
      return response.json();
    };
  }
});

test.each([
  { given: "no bounds", text: "comments { totalCount }", type: "MISSING_PAGINATION_BOUNDARIES" },
  { given: "more than a hundred", text: "comments(first: 101) { totalCount }", type: "EXCESSIVE_PAGINATION" },
  {
    given: "too many nodes",
    text: "reviewThreads(first: 100) { nodes { comments(first: 100) { nodes { pullRequest { reviewThreads(first: 100) { totalCount } } } } } }",
    type: "MAX_NODE_LIMIT_EXCEEDED",
  },
])("a connection with $given is refused with 200 and errors (scm §1.10)", async ({ text, type }) => {
  await using opened = await openDouble();
  const { status, body } = await opened.graphql(
    `{ repository(owner: "acme", name: "app") { pullRequest(number: 1) { ${text} } } }`,
  );
  expect([status, body]).toMatchObject([200, { errors: [{ type }] }]);
});

test("pages go on where the last one ended", async () => {
  await using opened = await openDouble();
  const { double, pull, graphql } = opened;
  for (let i = 0; i < 5; i += 1) double.world.threads.open(pull, { by: "ann", body: `${i}` });
  const text = `query ($after: String) { repository(owner: "acme", name: "app") { pullRequest(number: 1) {
    reviewThreads(first: 2, after: $after) { pageInfo { hasNextPage endCursor } nodes { comments(first: 1) { nodes { body } } } } } } }`;
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const { body } = await graphql(text, { after });
    const page = (body as unknown as Page).data.repository.pullRequest.reviewThreads;
    seen.push(...page.nodes.flatMap(({ comments }) => comments.nodes.map((comment) => comment.body)));
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  expect(seen).toEqual(["0", "1", "2", "3", "4"]);
});

interface Page {
  data: {
    repository: {
      pullRequest: {
        reviewThreads: {
          pageInfo: { hasNextPage: boolean; endCursor: string };
          nodes: { comments: { nodes: { body: string }[] } }[];
        };
      };
    };
  };
}

test("a field that is not in the published schema is refused, and one the double does not know is an error", async () => {
  await using opened = await openDouble();
  const one = (field: string) =>
    opened.graphql(`{ repository(owner: "acme", name: "app") { pullRequest(number: 1) { ${field} } } }`);
  const wrong = await one("mergeStatus");
  expect(wrong.body).toMatchObject({
    errors: [{ message: expect.stringContaining('Cannot query field "mergeStatus"') }],
  });
  expect(wrong.body).not.toHaveProperty("data");
  expect((await one("hovercard { contexts { message } }")).body).toMatchObject({
    errors: [{ type: "NOT_IMPLEMENTED", message: expect.stringContaining("PullRequest.hovercard") }],
  });
});

test("partial data has null and an error that names the field (scm §7.3)", async () => {
  await using opened = await openDouble();
  opened.double.faults.partial = { times: 1, field: "PullRequest.reviewDecision" };
  const ask = () => opened.graphql(query, { n: 1 });
  expect((await ask()).body).toMatchObject({
    data: { repository: { pullRequest: { reviewDecision: null, mergeable: "MERGEABLE" } } },
    errors: [
      {
        type: "FORBIDDEN",
        path: ["repository", "pullRequest", "reviewDecision"],
        message: "Resource not accessible by integration",
      },
    ],
  });
  expect((await ask()).body).not.toHaveProperty("errors");
});

test("what is not there or not to be seen is NOT_FOUND", async () => {
  await using opened = await openDouble();
  await opened.double.world.repositories.add({ owner: "other", name: "secret", private: true });
  expect((await opened.graphql(`{ repository(owner: "other", name: "secret") { id } }`)).body).toMatchObject({
    data: { repository: null },
    errors: [{ type: "NOT_FOUND", message: "Could not resolve to a Repository with the name 'other/secret'." }],
  });
});

test("limits are told with 200 and errors", async () => {
  await using opened = await openDouble();
  const { double, graphql } = opened;
  double.faults.secondaryLimit = { times: 1, retryAfterSeconds: 7, status: 200 };
  const slow = await graphql("{ viewer { login } }");
  expect([slow.status, slow.headers.get("retry-after")]).toEqual([200, "7"]);
  expect(slow.body).toMatchObject({ errors: [{ message: expect.stringContaining("secondary rate limit") }] });
  double.limits.graphql = 1;
  expect((await graphql("{ viewer { login } }")).body).toMatchObject({ data: { viewer: { login: double.app.slug } } });
  expect((await graphql("{ viewer { login } }")).body).toMatchObject({ errors: [{ type: "RATE_LIMITED" }] });
});
