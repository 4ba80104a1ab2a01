import type { GithubDouble, PullState, RepositoryState } from "@gastown/testkit/github-double";
import { reader, writers, type Disturbance, type WorldPlan } from "./world-plan.ts";

export const owner = "acme";
export const headBranch = "gt/toast/gt-1";

/** A world as it is in the double. */
export interface BuiltWorld {
  readonly plan: WorldPlan;
  readonly repository: RepositoryState;
  readonly pull: PullState;
}

/** The planned world is there: repository, rules, and the pull request with all that was done to it. */
export async function buildWorld({ world, app }: GithubDouble, plan: WorldPlan): Promise<BuiltWorld> {
  const bot = `${app.slug}[bot]`;
  const repository = await world.repositories.add({
    owner,
    name: plan.name,
    git: "memory",
    mergeMethods: plan.methods,
    files: { "README.md": "first\n", "src/app.ts": "1\n" },
    permissions: { ...Object.fromEntries(writers.map((login) => [login, "write" as const])), [reader]: "read" },
    codeOwners: plan.codeOwners ? [{ path: "src/", owners: ["grace"] }] : [],
    hooks: plan.hooks,
    precedence: plan.precedence,
    draftWord: plan.draftWord,
  });
  const by = plan.pushedByPerson ? "linus" : bot;
  const files = {
    "src/app.ts": "2\n",
    ...(plan.workflowFile ? { ".github/workflows/ci.yml": "on: push\n" } : {}),
  };
  await world.branches.commit(repository, { branch: headBranch, files, message: "Change", by, signed: plan.signed });
  const pull = await world.pulls.open(repository, { head: headBranch, draft: plan.draft, by: bot, title: "Change" });
  await addReviews(world, { plan, pull, repository, by });
  if (plan.conflict || plan.behind) {
    const path = plan.conflict ? "src/app.ts" : "README.md";
    const change = { branch: "main", files: { [path]: "other\n" }, message: "Move on", by: "ada" };
    await world.branches.commit(repository, change);
  }
  for (const check of plan.checks) await world.checks.run(repository, pull.headOid, check);
  for (const { by: author, resolved } of plan.threads) {
    const thread = world.threads.open(pull, { by: author, body: "Why so?" });
    if (resolved) await world.threads.resolve(pull, thread, { by: author });
  }
  await world.rules.set(repository, "main", { ...plan.rules, kind: plan.kind });
  return { plan, repository, pull };
}

interface Reviewing {
  readonly plan: WorldPlan;
  readonly pull: PullState;
  readonly repository: RepositoryState;
  readonly by: string;
}

/** Reviews that are outdated come first; then the head moves, and the others follow. */
async function addReviews(world: GithubDouble["world"], { plan, pull, repository, by }: Reviewing): Promise<void> {
  const early = plan.reviews.filter(({ outdated }) => outdated);
  for (const { by: reviewer, state } of early) await world.reviews.submit(pull, { by: reviewer, state, body: "so" });
  if (early.length > 0) {
    const again = { branch: headBranch, files: { "src/app.ts": "3\n" }, message: "Again", by, signed: plan.signed };
    await world.branches.commit(repository, again);
  }
  for (const { by: reviewer, state, outdated } of plan.reviews)
    if (!outdated) await world.reviews.submit(pull, { by: reviewer, state, body: "so" });
}

/** Somebody does this to the pull request. */
export async function disturb(
  { world }: GithubDouble,
  { repository, pull }: Pick<BuiltWorld, "repository" | "pull">,
  disturbance: Disturbance,
): Promise<void> {
  switch (disturbance) {
    case "objection":
      return void (await world.reviews.submit(pull, { by: "ada", state: "CHANGES_REQUESTED", body: "Wait." }));
    case "push":
      return void (await world.branches.commit(repository, {
        branch: headBranch,
        files: { "src/app.ts": "9\n" },
        message: "One more",
        by: "linus",
      }));
    case "check_fails":
      return void (await world.checks.run(repository, pull.headOid, { name: "build", conclusion: "FAILURE" }));
    case "draft":
      return world.pulls.setDraft(pull, true, "ada");
    case "base_moves":
      return void (await world.branches.commit(repository, {
        branch: "main",
        files: { "OTHER.md": "other\n" },
        message: "Move on",
        by: "ada",
      }));
    case "approval_dismissed": {
      const approval = pull.reviews.find(({ state }) => state === "APPROVED");
      if (approval !== undefined) await world.reviews.dismiss(pull, approval, "ada");
    }
  }
}
