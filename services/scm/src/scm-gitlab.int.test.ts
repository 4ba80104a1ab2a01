import { mergePull, openPull, registerRepo, reportPull, reportRig } from "@gastown/contracts";
import { eventually, useServers } from "@gastown/testkit";
import { roles, startGitlabDouble, type GitlabDouble, type Project } from "@gastown/testkit/gitlab-double";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newRig, useWorld, type Rig } from "./test/forge-world.ts";
import { commit, git } from "./test/sample-repo.ts";

// The whole service with a DOUBLE of GitLab: what its adapter does alone is in forges/contract and forges/gitlab.
const world = useWorld(useServers(), { own: false });
const secret = "of the webhook";
let double: GitlabDouble;
let hooks: string;

beforeAll(async () => {
  double = await startGitlabDouble();
  const token = double.world.token("gastown").value;
  const { url } = await world.startScm({ gitlab: { url: double.webUrl, token, webhookTokens: [secret] } });
  hooks = `${url}/hooks/gitlab`;
});
afterAll(async () => {
  await double.settled();
  for (const project of double.world.projects) project.hooks.splice(0);
  await double.close();
});

let count = 0;

async function gitlabRig(settings: Partial<Project["settings"]> = {}): Promise<{ rig: Rig; project: Project }> {
  const members = { gastown: roles.maintainer, ann: roles.maintainer };
  const project = await double.world.createProject(`acme/app-${(count += 1)}`, { members, settings });
  const events = ["push", "merge_requests", "note", "pipeline"] as const;
  project.hooks.push({ id: count, url: hooks, token: secret, events, failuresInARow: 0, disabledUntil: null });
  const rig = await newRig(world);
  const source = `${double.webUrl}/${project.path}`;
  const wish = { source, defaultBranch: null, check: null, requiredApprovals: 0, forge: "gitlab" } as const;
  await rig.send(registerRepo, { ...wish, merge: { expectChecks: false } });
  await eventually(() => rig.told(reportRig).at(-1)?.state === "ready");
  return { rig, project };
}

/** An agent clones, works, and pushes with the credential it is given; then the town asks for the pull request. */
async function work(rig: Rig, bead: string): Promise<{ number: number; head: string; branch: string }> {
  const branch = `gt/toast/${bead}`;
  const folder = await rig.cloneAsAgent();
  await git(folder, "switch", "--quiet", "--create", branch);
  const head = await commit(folder, { [`${bead}.txt`]: "work\n" }, `work on ${bead}`);
  await git(folder, "push", "--quiet", "origin", branch);
  await rig.send(openPull, { bead, head: branch, base: "main", title: `Do ${bead}`, body: "", draft: false });
  const first = await eventually(() => rig.told(reportPull).find((report) => report.bead === bead) ?? null);
  return { number: first.number, head, branch };
}

test("an agent's push becomes a merge request, waits for a person, and is merged once the webhook tells of the approval", async () => {
  const { rig, project } = await gitlabRig({ approvalsRequired: 1 });
  const { number, head, branch } = await work(rig, "gt-1");
  await rig.untilTold(number, "awaiting_approval", head);
  double.world.review({ path: project.path, iid: number }, { by: "ann", verdict: "approve", body: "" });
  const { bead } = await rig.untilTold(number, "ready", head);
  await rig.send(mergePull, { number, bead, expectedHead: head });
  const merged = await rig.untilTold(number, "merged");
  expect(merged.mergeCommit).toBe(project.git.tip("main"));
  expect(await project.git.contains(merged.mergeCommit ?? "", head)).toBe(true);
  await eventually(() => project.git.tip(branch) === null);
  const merges = double.requests.filter(({ route }) => route.startsWith("PUT") && route.endsWith("/merge"));
  expect(merges.map((call) => call.status)).toEqual([200]);
});

test("a person's merge and a failed pipeline are seen by webhook", async () => {
  const { rig, project } = await gitlabRig({ pipelineMustSucceed: true });
  const one = await work(rig, "gt-1");
  const two = await work(rig, "gt-2");
  await double.world.setJob({ path: project.path, iid: one.number }, { name: "test", status: "failed", trace: "no\n" });
  await rig.untilTold(one.number, "checks_failing", one.head);
  await double.world.setJob({ path: project.path, iid: two.number }, { name: "test", status: "success" });
  await rig.untilTold(two.number, "ready", two.head);
  await double.world.merge({ path: project.path, iid: two.number }, "ann");
  const merged = await rig.untilTold(two.number, "merged");
  expect(merged.mergeCommit).toBe(project.git.tip("main"));
});
