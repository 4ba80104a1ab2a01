import { startGithubDouble, type GithubDouble } from "@gastown/testkit/github-double";
import { buildWorld, owner, type BuiltWorld } from "./build-world.ts";
import { addTallies, tallyOf, type Tally } from "./tally.ts";
import type { WorldPlan } from "./world-plan.ts";

const batch = 250;

/** What a rule of others looks at. */
interface Reading {
  readonly state: string;
  readonly isDraft: boolean;
  readonly mergeable: string;
  readonly mergeStateStatus: string;
  readonly headRefOid: string;
}

/** A rule by which others merge (scm §2.4). */
export interface Control {
  readonly name: string;
  merges(reading: Reading): boolean;
}

/** The three rules of scm §2.4. */
export const controls: readonly Control[] = [
  {
    name: "blocked counts as green (#3138)",
    merges: ({ mergeable, mergeStateStatus: word }) =>
      mergeable === "MERGEABLE" && ["CLEAN", "HAS_HOOKS", "UNSTABLE", "BLOCKED"].includes(word),
  },
  {
    name: "not BLOCKED, BEHIND or DIRTY (gh pr merge)",
    merges: ({ mergeStateStatus: word }) => !["BLOCKED", "BEHIND", "DIRTY"].includes(word),
  },
  { name: "CLEAN only", merges: ({ mergeStateStatus: word }) => word === "CLEAN" },
];

/** The same worlds, each read by GraphQL and merged by the rule, one call each. Nobody comes in between. */
export async function runControl(control: Control, plans: readonly WorldPlan[]): Promise<Tally> {
  const tallies: Tally[] = [];
  for (let from = 0; from < plans.length; from += batch)
    tallies.push(await runBatch(control, plans.slice(from, from + batch)));
  return addTallies(tallies);
}

async function runBatch(control: Control, plans: readonly WorldPlan[]): Promise<Tally> {
  const double = await startGithubDouble({ mergeability: { delayMs: 0 } });
  try {
    const worlds: BuiltWorld[] = [];
    for (const plan of plans) worlds.push(await buildWorld(double, plan));
    const minted = double.auth.mint(double.auth.install({ account: owner }).id, {});
    if (!minted.ok) throw new Error(`no token was minted: ${minted.message}`);
    const { token } = minted;
    const tally = tallyOf(double, worlds);
    for (const world of worlds) await mergeBy(control, { double, world, token });
    return tally.end();
  } finally {
    await double.close();
  }
}

interface Call {
  readonly double: GithubDouble;
  readonly world: BuiltWorld;
  readonly token: string;
}

async function mergeBy(control: Control, { double, world, token }: Call): Promise<void> {
  const { name } = world.plan;
  const { number } = world.pull;
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const query = `query { repository(owner: "${owner}", name: "${name}") { pullRequest(number: ${number}) {
    state isDraft mergeable mergeStateStatus headRefOid } } }`;
  const answer = await fetch(double.graphqlUrl, { method: "POST", headers, body: JSON.stringify({ query }) });
  const { data } = (await answer.json()) as { data: { repository: { pullRequest: Reading } } };
  const reading = data.repository.pullRequest;
  if (!control.merges(reading)) return;
  const body = JSON.stringify({ sha: reading.headRefOid, merge_method: "merge" });
  const url = `${double.apiUrl}/repos/${owner}/${name}/pulls/${number}/merge`;
  const merged = await fetch(url, { method: "PUT", headers, body });
  await merged.body?.cancel();
}
