import { WorldRefusal } from "../../world/world-refusal.ts";
import type { MergeMethod, PullState, ThreadState } from "../../world/world-types.ts";
import { textOf, type Args, type Fields } from "../fields.ts";
import type { GraphqlContext } from "../graphql-context.ts";
import { actorSource, pullSource } from "../sources.ts";
import { TypedError } from "../typed-error.ts";
import { updateRefs } from "./update-refs.ts";

type Mutate = (input: Args, context: GraphqlContext) => Promise<object> | object;

const enqueuePullRequest: Mutate = async (input, context) => {
  const pull = pullOf(input, "pullRequestId", context);
  await context.faults.beforeMerge?.(pull);
  const expectedHead = textOf(input, "expectedHeadOid");
  const entry = await context.asking.world.queue.enqueue(pull, {
    viewer: context.asking.viewer(pull.repository),
    jump: input["jump"] === true,
    ...(expectedHead === null ? {} : { expectedHead }),
  });
  return { mergeQueueEntry: { typeName: "MergeQueueEntry", pull, entry } };
};

const dequeuePullRequest: Mutate = (input, context) => {
  const pull = pullOf(input, "id", context);
  need(context, pull, "contents");
  const entry = context.asking.world.queue.dequeue(pull, context.asking.login);
  return { mergeQueueEntry: { typeName: "MergeQueueEntry", pull, entry } };
};

const enablePullRequestAutoMerge: Mutate = async (input, context) => {
  const pull = pullOf(input, "pullRequestId", context);
  await context.faults.beforeMerge?.(pull);
  const expectedHead = textOf(input, "expectedHeadOid");
  await context.asking.world.autoMerge.enable(pull, {
    viewer: context.asking.viewer(pull.repository),
    method: methodOf(textOf(input, "mergeMethod")),
    ...(expectedHead === null ? {} : { expectedHead }),
  });
  return { pullRequest: pullSource(context, pull), actor: actorSource(context, context.asking.login) };
};

const disablePullRequestAutoMerge: Mutate = (input, context) => {
  const pull = pullOf(input, "pullRequestId", context);
  context.asking.world.autoMerge.disable(pull, context.asking.viewer(pull.repository));
  return { pullRequest: pullSource(context, pull), actor: actorSource(context, context.asking.login) };
};

function resolving(resolved: boolean): Mutate {
  return async (input, context) => {
    const { pull, thread } = threadOf(input, "threadId", context);
    await context.asking.world.threads.resolve(pull, thread, { by: context.asking.login, resolved });
    return { thread: { typeName: "PullRequestReviewThread", pull, thread } };
  };
}

const addPullRequestReviewThreadReply: Mutate = (input, context) => {
  const { pull, thread } = threadOf(input, "pullRequestReviewThreadId", context);
  const reply = { by: context.asking.login, body: textOf(input, "body") ?? "" };
  const comment = context.asking.world.threads.reply(pull, thread, reply);
  return { comment: { typeName: "PullRequestReviewComment", pull, thread, comment } };
};

function drafting(draft: boolean): Mutate {
  return async (input, context) => {
    const pull = pullOf(input, "pullRequestId", context);
    need(context, pull, "pull_requests");
    await context.asking.world.pulls.setDraft(pull, draft, context.asking.login);
    return { pullRequest: pullSource(context, pull) };
  };
}

const updatePullRequestBranch: Mutate = async (input, context) => {
  const pull = pullOf(input, "pullRequestId", context);
  const expectedHead = textOf(input, "expectedHeadOid");
  await context.asking.world.merging.updateBranch(pull, {
    viewer: context.asking.viewer(pull.repository),
    mode: textOf(input, "updateMethod") === "REBASE" ? "rebase" : "merge",
    ...(expectedHead === null ? {} : { expectedHead }),
  });
  return { pullRequest: pullSource(context, pull) };
};

const mutations: Readonly<Record<string, Mutate>> = {
  enqueuePullRequest,
  dequeuePullRequest,
  enablePullRequestAutoMerge,
  disablePullRequestAutoMerge,
  resolveReviewThread: resolving(true),
  unresolveReviewThread: resolving(false),
  addPullRequestReviewThreadReply,
  markPullRequestReadyForReview: drafting(false),
  convertPullRequestToDraft: drafting(true),
  updatePullRequestBranch,
  updateRefs,
};

/** Every change by GraphQL. What an answer reads of a pull request is read after the change. */
export const mutationFields: Fields<undefined> = Object.fromEntries(
  Object.entries(mutations).map(([name, mutate]) => [
    name,
    async (_: undefined, args: Args, context: GraphqlContext) => {
      const input = inputOf(args);
      context.readings.clear();
      const payload = await mutate(input, context);
      context.readings.clear();
      return { ...payload, clientMutationId: textOf(input, "clientMutationId") };
    },
  ]),
);

function inputOf(args: Args): Args {
  const { input } = args as { readonly input?: unknown };
  return typeof input === "object" && input !== null ? { ...input } : {};
}

function pullOf(input: Args, name: string, context: GraphqlContext): PullState {
  const id = textOf(input, name) ?? "";
  const node = context.asking.world.core.nodes.get(id);
  if (node?.kind !== "pull" || !context.asking.mayRead(node.pull.repository)) throw unresolved(id);
  return node.pull;
}

function threadOf(
  input: Args,
  name: string,
  context: GraphqlContext,
): { readonly pull: PullState; readonly thread: ThreadState } {
  const id = textOf(input, name) ?? "";
  const node = context.asking.world.core.nodes.get(id);
  if (node?.kind !== "thread" || !context.asking.mayRead(node.pull.repository)) throw unresolved(id);
  need(context, node.pull, "pull_requests");
  return node;
}

function need(context: GraphqlContext, pull: PullState, permission: string): void {
  if (context.asking.may(pull.repository, permission, "write")) return;
  throw new WorldRefusal(403, "Resource not accessible by integration");
}

function methodOf(word: string | null): MergeMethod {
  if (word === "SQUASH") return "squash";
  return word === "REBASE" ? "rebase" : "merge";
}

function unresolved(id: string): TypedError {
  return new TypedError("NOT_FOUND", `Could not resolve to a node with the global id of '${id}'`);
}
