import { createLogger } from "@gastown/telemetry";
import {
  roles,
  startGitlabDouble,
  type GitlabDouble,
  type Project,
  type ProjectWish,
} from "@gastown/testkit/gitlab-double";
import type { PullRef } from "../../forge.ts";
import { createGitlabForge } from "../gitlab-forge.ts";
import type { GitlabCall, GitlabOptions } from "../gitlab-options.ts";

export const rig = { town: "home", rig: "app" };
export const context = { signal: new AbortController().signal };

export interface GitlabTestWorld extends AsyncDisposable {
  readonly double: GitlabDouble;
  readonly project: Project;
  readonly forge: ReturnType<typeof createGitlabForge>;
  readonly options: GitlabOptions;
  /** What was asked, oldest first. */
  readonly calls: GitlabCall[];
  /** Opens a merge request of a new branch with one commit, as our forge does. */
  open(wish?: {
    branch?: string;
    files?: Record<string, string>;
    draft?: boolean;
  }): Promise<{ ref: PullRef; head: string }>;
}

/** The double of GitLab with one project, and a forge with the token of a maintainer. */
export async function startGitlabWorld(wish: ProjectWish = {}): Promise<GitlabTestWorld> {
  const double = await startGitlabDouble();
  const members = { gastown: roles.maintainer, ann: roles.maintainer, bob: roles.developer };
  const project = await double.world.createProject("acme/app", { git: "memory", members, ...wish });
  const calls: GitlabCall[] = [];
  const options: GitlabOptions = {
    url: double.webUrl,
    token: double.world.token("gastown").value,
    logger: createLogger("test", { level: "silent" }),
    onCall: (call) => calls.push(call),
    remoteOf: () => Promise.resolve({ remote: project.path, remoteId: String(project.id), installation: null }),
  };
  const forge = createGitlabForge(options);
  return {
    double,
    project,
    forge,
    options,
    calls,
    async open({ branch = "gt/x", files = { "x.txt": "x\n" }, draft = false } = {}) {
      const head = await double.world.push(project.path, { branch, files });
      const words = { id: branch, head: branch, base: "main", title: "Do it", body: "As asked.", draft };
      const opened = await forge.openPr({ ...rig, ...words }, context);
      if (opened.outcome !== "opened") throw new Error(JSON.stringify(opened));
      await forge.getSnapshot({ ...rig, number: opened.number }, context);
      await double.settled();
      return { ref: { ...rig, number: opened.number }, head };
    },
    [Symbol.asyncDispose]: () => double.close(),
  };
}
