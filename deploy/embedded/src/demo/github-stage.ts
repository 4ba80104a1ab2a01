import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import type { GithubConfig } from "@gastown/scm";
import {
  startGithubDouble,
  type GithubDouble,
  type PullState,
  type RepositoryState,
} from "@gastown/testkit/github-double";
import { sampleFiles } from "./sample-repository.ts";

const run = promisify(execFile);
const owner = "acme";
const person = "ada";
const checkName = "test";
const lookMs = 300;
const checkTimeoutMs = 60_000;

/** A github.com of the demo's own (a DOUBLE), with a repository, a check on every head, and a person who approves what is green. */
export interface GithubStage {
  readonly config: GithubConfig;
  /** The repository, as a rig names it. */
  readonly source: string;
  /** From now on deliveries go to scm, heads are checked and green pull requests are read. */
  begin(options: { hookUrl: string; say: (line: string) => void }): void;
  /** `git log` of the default branch, read over HTTP. */
  graph(): Promise<string>;
  close(): Promise<void>;
}

/** Afterwards the double runs, and the App is installed. */
export async function openGithubStage(path: string | undefined): Promise<GithubStage> {
  const double = await startGithubDouble();
  const { app, world, webUrl } = double;
  const repository = await world.repositories.add({
    owner,
    name: "sample",
    git: "disk",
    files: sampleFiles,
    permissions: { [person]: "write" },
  });
  await world.rules.set(repository, "main", { requiredApprovals: 1, requiredChecks: [checkName] });
  double.auth.install({ account: owner });
  const stop = new AbortController();
  let working: Promise<void> = Promise.resolve();
  return {
    source: `${webUrl}/${owner}/sample`,
    config: {
      webUrl,
      apiUrl: double.apiUrl,
      app: {
        appId: String(app.id),
        slug: app.slug,
        privateKey: app.privateKey,
        client: { id: app.clientId, secret: app.clientSecret },
      },
      token: null,
      webhookSecrets: [app.webhookSecret],
    },
    begin({ hookUrl, say }) {
      double.deliveries.url = hookUrl;
      working = work({ double, repository, path, say, signal: stop.signal });
    },
    graph: () =>
      inClone({ double, path }, "HEAD", (folder) => git({ folder, path }, "log", "--oneline", "--graph", "main")),
    async close() {
      stop.abort();
      await working;
      await double.close();
    },
  };
}

interface Stage {
  readonly double: GithubDouble;
  /** Where git is looked for. */
  readonly path: string | undefined;
  readonly repository: RepositoryState;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Stands for GitHub Actions and for a person, until the signal aborts. */
async function work(stage: Stage): Promise<void> {
  const { repository, signal } = stage;
  while (!signal.aborted) {
    for (const pull of repository.pulls.values()) if (pull.state === "OPEN") await tend(stage, pull);
    await wait(lookMs, undefined, { signal }).catch(() => undefined); // aborted: the loop ends
  }
}

async function tend(stage: Stage, pull: PullState): Promise<void> {
  const { double, repository, say } = stage;
  const head = pull.headOid;
  const known = repository.checkRuns.get(head)?.find(({ name }) => name === checkName);
  if (known === undefined) return check(stage, head);
  const approved = pull.reviews.some(
    ({ author, state, commit }) => author === person && state === "APPROVED" && commit === head,
  );
  if (known.conclusion !== "SUCCESS" || approved || pull.draft) return;
  await double.world.reviews.submit(pull, { by: person, state: "APPROVED", body: "Reads well." });
  say(`            GitHub double: ${person} approves pull request #${pull.number}`);
}

/** The tests are really run on the head. */
async function check(stage: Stage, head: string): Promise<void> {
  const { double, repository, say } = stage;
  const begun = await double.world.checks.run(repository, head, { name: checkName, status: "IN_PROGRESS" });
  const failure = await inClone(stage, head, async (folder) => {
    try {
      await run(process.execPath, ["--test"], { cwd: folder, timeout: checkTimeoutMs });
      return null;
    } catch (error) {
      return error instanceof Error && "stdout" in error ? String(error.stdout) : String(error);
    }
  });
  const conclusion = failure === null ? "SUCCESS" : "FAILURE";
  await double.world.checks.update(repository, begun, { conclusion, ...(failure === null ? {} : { log: failure }) });
  say(`            GitHub double: check "${checkName}" on ${head.slice(0, 9)}: ${conclusion.toLowerCase()}`);
}

/** Runs `fn` in a clone of the repository, made over HTTP as a person, at this commit; the clone is gone afterwards. */
async function inClone<T>(
  { double, path }: Pick<Stage, "double" | "path">,
  commit: string,
  fn: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "gastown-demo-"));
  try {
    const url = new URL(`${double.webUrl}/${owner}/sample.git`);
    Object.assign(url, { username: "x-access-token", password: double.auth.personalToken(person) });
    const clone = join(folder, "clone");
    await git({ folder, path }, "clone", "--quiet", url.href, clone);
    await git({ folder: clone, path }, "checkout", "--quiet", "--detach", commit);
    return await fn(clone);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function git({ folder, path }: { folder: string; path: string | undefined }, ...args: string[]): Promise<string> {
  const env = { PATH: path, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", GIT_TERMINAL_PROMPT: "0" };
  const { stdout } = await run("git", args, { cwd: folder, env, timeout: checkTimeoutMs });
  return stdout;
}
