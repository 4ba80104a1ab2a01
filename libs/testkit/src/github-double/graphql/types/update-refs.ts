import { guardBranch } from "../../world/branch-guard.ts";
import { WorldRefusal } from "../../world/world-refusal.ts";
import type { RepositoryState } from "../../world/world-types.ts";
import { textOf, type Args } from "../fields.ts";
import type { GraphqlContext } from "../graphql-context.ts";
import { TypedError } from "../typed-error.ts";

interface RefMove {
  readonly branch: string;
  readonly before: string | null;
  readonly after: string | null;
}

const nothing = /^0{40}$/;

/** Moves branches, all or none. `beforeOid` has to be where they are, forty zeros: nowhere; as `afterOid` they delete [D]. */
export async function updateRefs(input: Args, context: GraphqlContext): Promise<object> {
  const { asking } = context;
  const id = textOf(input, "repositoryId") ?? "";
  const node = asking.world.core.nodes.get(id);
  if (node?.kind !== "repository" || !asking.mayRead(node.repository)) {
    throw new TypedError("NOT_FOUND", `Could not resolve to a node with the global id of '${id}'`);
  }
  const { repository } = node;
  if (!asking.may(repository, "contents", "write"))
    throw new WorldRefusal(403, "Resource not accessible by integration");
  const moves: RefMove[] = [];
  for (const update of updatesIn(input)) moves.push(await judged(repository, update, asking.login));
  for (const { branch, before, after } of moves) {
    if (after !== null) await asking.world.branches.move(repository, branch, { oid: after, by: asking.login });
    else if (before !== null) await asking.world.branches.remove(repository, branch, asking.login);
  }
  return {};
}

function updatesIn(input: Args): readonly Args[] {
  const { refUpdates } = input as { readonly refUpdates?: unknown };
  return Array.isArray(refUpdates) ? refUpdates.map((update): Args => ({ ...update })) : [];
}

async function judged(repository: RepositoryState, update: Args, login: string): Promise<RefMove> {
  const move = moveOf(repository, update);
  const { branch, before, after } = move;
  const forced = after !== null && before !== null && !(await goesOn(repository, before, after));
  if (forced && update["force"] !== true) throw new WorldRefusal(422, "Update is not a fast forward");
  const reason = guardBranch(repository, { branch, after, forced }, login);
  if (reason !== null) throw new WorldRefusal(422, reason);
  return move;
}

function moveOf(repository: RepositoryState, update: Args): RefMove {
  const name = textOf(update, "name") ?? "";
  const branch = name.startsWith("refs/heads/") ? name.slice("refs/heads/".length) : "";
  if (branch === "") throw new WorldRefusal(422, `Only branches are known to the double: ${name}`);
  const before = repository.git.tip(branch);
  const [expected, wanted] = [textOf(update, "beforeOid"), textOf(update, "afterOid")];
  if (expected !== null && commitOrNone(expected) !== before) {
    throw new WorldRefusal(422, `Reference cannot be updated: ${name} is not at ${expected}`); // [U]
  }
  return { branch, before, after: commitOrNone(wanted) };
}

function commitOrNone(oid: string | null): string | null {
  return oid === null || nothing.test(oid) ? null : oid;
}

/** Every commit of the old tip is in the new one, which has to be there. */
async function goesOn({ git }: RepositoryState, before: string, after: string): Promise<boolean> {
  if ((await git.commitOf(after)) === null) throw new WorldRefusal(422, "Object does not exist");
  return git.contains(after, before);
}
