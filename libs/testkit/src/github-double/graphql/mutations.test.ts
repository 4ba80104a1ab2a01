import { expect, test } from "vitest";
import { openDouble, type OpenDouble } from "../test/open-double.ts";

const enqueue = `mutation ($id: ID!, $head: GitObjectID) { enqueuePullRequest(input: {pullRequestId: $id, expectedHeadOid: $head}) {
  mergeQueueEntry { position state pullRequest { isInMergeQueue } } } }`;
const call = async ({ graphql }: OpenDouble, text: string, variables: Record<string, string>) =>
  (await graphql(text, variables)).body;

test("the queue is entered with the expected head, and left again", async () => {
  await using opened = await openDouble();
  const { double, repository, pull } = opened;
  await double.world.rules.set(repository, "main", { kind: "ruleset", mergeQueue: "merge" });
  expect(await call(opened, enqueue, { id: pull.nodeId, head: "0".repeat(40) })).toMatchObject({
    data: { enqueuePullRequest: null },
    errors: [{ type: "UNPROCESSABLE", path: ["enqueuePullRequest"] }],
  });
  expect(await call(opened, enqueue, { id: pull.nodeId, head: pull.headOid })).toEqual({
    data: {
      enqueuePullRequest: { mergeQueueEntry: { position: 1, state: "QUEUED", pullRequest: { isInMergeQueue: true } } },
    },
  });
  const dequeue = `mutation ($id: ID!) { dequeuePullRequest(input: {id: $id, clientMutationId: "x"}) { clientMutationId } }`;
  expect(await call(opened, dequeue, { id: pull.nodeId })).toEqual({
    data: { dequeuePullRequest: { clientMutationId: "x" } },
  });
  expect(pull.queue).toBeNull();
  expect(double.requests.map(({ route, mutation, error }) => [route, mutation, error])).toEqual([
    ["mutation enqueuePullRequest", true, "Head branch was modified. Review and try again."],
    ["mutation enqueuePullRequest", true, null],
    ["mutation dequeuePullRequest", true, null],
  ]);
});

test("auto-merge is armed and disarmed", async () => {
  await using opened = await openDouble({ repository: { autoMerge: true } });
  const { double, repository, pull } = opened;
  const arm = `mutation ($id: ID!) { enablePullRequestAutoMerge(input: {pullRequestId: $id, mergeMethod: SQUASH}) {
    pullRequest { autoMergeRequest { mergeMethod } viewerCanEnableAutoMerge } } }`;
  expect(await call(opened, arm, { id: pull.nodeId })).toMatchObject({
    errors: [{ type: "UNPROCESSABLE", message: expect.stringContaining("Pull request is in clean status") }],
  });
  await double.world.rules.set(repository, "main", { requiredApprovals: 1 });
  expect(await call(opened, arm, { id: pull.nodeId })).toEqual({
    data: {
      enablePullRequestAutoMerge: {
        pullRequest: { autoMergeRequest: { mergeMethod: "SQUASH" }, viewerCanEnableAutoMerge: false },
      },
    },
  });
  const disarm = `mutation ($id: ID!) { disablePullRequestAutoMerge(input: {pullRequestId: $id}) { pullRequest { autoMergeRequest { mergeMethod } } } }`;
  expect(await call(opened, disarm, { id: pull.nodeId })).toEqual({
    data: { disablePullRequestAutoMerge: { pullRequest: { autoMergeRequest: null } } },
  });
});

test("threads are answered, resolved and opened again", async () => {
  await using opened = await openDouble();
  const thread = opened.double.world.threads.open(opened.pull, {
    by: "ann",
    body: "why?",
    path: "src/new.ts",
    line: 1,
  });
  const reply = `mutation ($id: ID!) { addPullRequestReviewThreadReply(input: {pullRequestReviewThreadId: $id, body: "because"}) {
    comment { body author { __typename login } replyTo { body } } } }`;
  expect(await call(opened, reply, { id: thread.nodeId })).toEqual({
    data: {
      addPullRequestReviewThreadReply: {
        comment: {
          body: "because",
          author: { __typename: "Bot", login: opened.double.app.slug },
          replyTo: { body: "why?" },
        },
      },
    },
  });
  for (const [name, isResolved] of [
    ["resolveReviewThread", true],
    ["unresolveReviewThread", false],
  ] as const) {
    const text = `mutation ($id: ID!) { ${name}(input: {threadId: $id}) { thread { isResolved } } }`;
    expect(await call(opened, text, { id: thread.nodeId })).toEqual({ data: { [name]: { thread: { isResolved } } } });
  }
});

test("drafts are made and made ready, branches are brought up to date", async () => {
  await using opened = await openDouble();
  const { double, repository, pull } = opened;
  for (const [name, isDraft] of [
    ["convertPullRequestToDraft", true],
    ["markPullRequestReadyForReview", false],
  ] as const) {
    const text = `mutation ($id: ID!) { ${name}(input: {pullRequestId: $id}) { pullRequest { isDraft } } }`;
    expect(await call(opened, text, { id: pull.nodeId })).toEqual({ data: { [name]: { pullRequest: { isDraft } } } });
  }
  await double.world.branches.commit(repository, { branch: "main", files: { other: "x" } });
  const before = pull.headOid;
  const update = `mutation ($id: ID!, $head: GitObjectID) { updatePullRequestBranch(input: {pullRequestId: $id, expectedHeadOid: $head, updateMethod: REBASE}) {
    pullRequest { headRefOid } } }`;
  expect(await call(opened, update, { id: pull.nodeId, head: before })).toEqual({
    data: { updatePullRequestBranch: { pullRequest: { headRefOid: pull.headOid } } },
  });
  expect(pull.headOid).not.toBe(before);
});

test("a token that may only read changes nothing", async () => {
  await using opened = await openDouble({ permissions: { metadata: "read", contents: "read", pull_requests: "read" } });
  const { pull } = opened;
  const thread = opened.double.world.threads.open(pull, { by: "ann", body: "why?" });
  const resolve = `mutation ($id: ID!) { resolveReviewThread(input: {threadId: $id}) { thread { isResolved } } }`;
  expect(await call(opened, resolve, { id: thread.nodeId })).toMatchObject({
    data: { resolveReviewThread: null },
    errors: [{ type: "FORBIDDEN", message: "Resource not accessible by integration" }],
  });
  const draft = `mutation ($id: ID!) { convertPullRequestToDraft(input: {pullRequestId: $id}) { pullRequest { isDraft } } }`;
  expect(await call(opened, draft, { id: pull.nodeId })).toMatchObject({ errors: [{ type: "FORBIDDEN" }] });
  expect([thread.resolved, pull.draft]).toEqual([false, false]);
});

test("branches are moved and deleted where they are said to be, and only by who may", async () => {
  await using opened = await openDouble();
  const { double, repository, pull } = opened;
  await double.world.branches.move(repository, "copy", { oid: pull.headOid, by: "ann" });
  const main = repository.git.tip("main") ?? "";
  const zero = "0".repeat(40);
  const update = `mutation ($id: ID!, $name: GitRefname!, $before: GitObjectID!, $after: GitObjectID!) {
    updateRefs(input: {repositoryId: $id, refUpdates: [{name: $name, beforeOid: $before, afterOid: $after}]}) { clientMutationId } }`;
  const move = (name: string, before: string, after: string) =>
    call(opened, update, { id: repository.nodeId, name: `refs/heads/${name}`, before, after });
  expect(await move("copy", main, zero)).toMatchObject({ errors: [{ type: "UNPROCESSABLE" }] });
  expect(await move("copy", pull.headOid, main)).toMatchObject({
    errors: [{ message: "Update is not a fast forward" }],
  });
  expect(await move("copy", pull.headOid, zero)).toEqual({ data: { updateRefs: { clientMutationId: null } } });
  expect(repository.git.tip("copy")).toBeNull();
  expect(await move("new", zero, main)).toEqual({ data: { updateRefs: { clientMutationId: null } } });
  await double.world.rules.set(repository, "new", { requiredApprovals: 1 });
  expect(await move("new", main, pull.headOid)).toMatchObject({
    errors: [{ message: "Changes must be made through a pull request." }],
  });
  expect(repository.git.tip("new")).toBe(main);
});
