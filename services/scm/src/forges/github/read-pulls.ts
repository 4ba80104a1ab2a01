import { ScmError, type CallContext } from "../forge.ts";
import type { GraphqlProblem } from "./call-failure.ts";
import type { CallAnswer } from "./governed-call.ts";
import type { GithubClient } from "./github-client.ts";
import { parseAnswer } from "./parse-answer.ts";
import type { Place } from "./place.ts";
import { pullAnswer, repositoryAnswer, type PullAnswer, type RepositoryAnswer } from "./pull-answer.ts";
import { pullQuery } from "./queries/pull-query.ts";
import type { Headers } from "./rate-limit.ts";
import type { TokenPermissions } from "./token-source.ts";

/** The repository, and of each pull request what GitHub told or why it is not known. */
export interface PullsRead {
  readonly repository: RepositoryAnswer;
  readonly pulls: readonly (PullAnswer | ScmError)[];
  /** Of the token; null where GitHub does not tell. */
  readonly permissions: TokenPermissions | null;
  /** The token may read Actions. */
  readonly actions: boolean;
  readonly headers: Headers;
}

const operation = "get snapshot";

/** One query for these pull requests, in their order. Throws `ScmError` when nothing of the answer can be used. */
export async function readPulls(
  client: GithubClient,
  { place, numbers }: { place: Place; numbers: readonly number[] },
  context: CallContext,
): Promise<PullsRead> {
  const { access } = place;
  const permissions = await client.permissions(access, context);
  const actions = permissions === null || permissions["actions"] !== undefined;
  const answer = await client.graphql({
    operation,
    query: pullQuery(numbers.length),
    variables: {
      owner: place.owner,
      name: place.name,
      actions,
      ...Object.fromEntries(numbers.map((number, index) => [`n${index}`, number])),
    },
    partial: true,
    access,
    context,
  });
  const data = usable(answer, place);
  const repository = parseAnswer(repositoryAnswer, data, { operation });
  if (String(repository.databaseId) !== place.remoteId) throw gone(place);
  const pulls = numbers.map((number, index) => {
    const key = `p${index}`;
    const problem = answer.errors.find((error) => error.path[1] === key);
    return problem === undefined ? pullOf(data[key], number, place) : unread(problem, number, place);
  });
  return { repository, pulls, permissions, actions, headers: answer.headers };
}

/** The repository's part, when no error is about all of it. */
function usable({ data, errors }: CallAnswer, place: Place): Readonly<Record<string, unknown>> {
  const general = errors.find((error) => !/^p\d+$/.test(String(error.path[1] ?? "")));
  if (general?.type === "NOT_FOUND" && general.path.length === 1) throw gone(place);
  if (general !== undefined) throw incomplete(general, place.name);
  const repository = isRecord(data) ? data["repository"] : null;
  if (!isRecord(repository)) throw gone(place);
  return repository;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function pullOf(data: unknown, number: number, place: Place): PullAnswer | ScmError {
  if (data === null || data === undefined) return missing(number, place);
  try {
    return parseAnswer(pullAnswer, data, { operation });
  } catch (error) {
    if (error instanceof ScmError) return error;
    throw error;
  }
}

/** A field that was not answered is not null: the reading is of no use (scm §7.3). */
function unread(problem: GraphqlProblem, number: number, place: Place): ScmError {
  const whole = problem.type === "NOT_FOUND" && problem.path.length === 2;
  return whole ? missing(number, place) : incomplete(problem, `pull request ${number}`);
}

function incomplete({ path, message }: GraphqlProblem, what: string): ScmError {
  const field = path.slice(2).join(".");
  return new ScmError("unavailable", `GitHub did not tell ${field === "" ? "all" : field} of ${what}: ${message}`);
}

function missing(number: number, { owner, name }: Place): ScmError {
  return new ScmError("gone", `there is no pull request ${number} in ${owner}/${name}`);
}

function gone({ owner, name }: Place): ScmError {
  return new ScmError(
    "gone",
    `the repository ${owner}/${name} is not there any more, or is another one; add the rig again`,
  );
}
