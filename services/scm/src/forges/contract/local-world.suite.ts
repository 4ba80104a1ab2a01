import { rm } from "node:fs/promises";
import { newId } from "@gastown/contracts";
import { connectDatabase, migrate, type Database } from "@gastown/db";
import { and, eq } from "@gastown/db/drizzle";
import { createLogger } from "@gastown/telemetry";
import type { UsedPostgres } from "@gastown/testkit";
import { listen } from "../../listen.ts";
import { createLocalLedger, rigCheckName } from "../../store/local-ledger.ts";
import { isPull } from "../../store/pulls.ts";
import { checks } from "../../store/schema/checks.ts";
import { pulls } from "../../store/schema/pulls.ts";
import { repos } from "../../store/schema/repos.ts";
import { reviews } from "../../store/schema/reviews.ts";
import { commit, git, sampleRepo, tempFolder } from "../../test/sample-repo.ts";
import { fastCommit } from "./fast-commit.suite.ts";
import type { Forge, PullRef, ReviewDraft } from "../forge.ts";
import { createGitApp } from "../local/git-app.ts";
import { createGit } from "../local/git.ts";
import type { LocalLedger } from "../local/ledger.ts";
import { createLocalForge } from "../local/local-forge.ts";
import { repoFolder } from "../local/repo-path.ts";
import { installUpdateHook } from "../local/update-hook.ts";
import type { ContractForge, ContractRepo, ContractWorld } from "./contract-world.ts";
import { freely } from "./open-pull.ts";

const logger = createLogger("contract", { level: "silent" });

/** Our own forge: bare repositories, its tables in a real Postgres, git over HTTP. */
export function localForge(postgres: UsedPostgres): ContractForge {
  return {
    name: "local",
    able: {
      rules: false,
      threads: false,
      optionalChecks: false,
      behind: false,
      autoMerge: false,
      mergeQueue: false,
      reportStatus: false,
      reviewRequests: false,
      remote: false,
    },
    open: () => openWorld(postgres.databaseUrl),
  };
}

interface Reach {
  readonly db: Database;
  readonly reposDir: string;
  readonly ledger: LocalLedger;
  readonly forge: Forge;
}

async function openWorld(databaseUrl: string): Promise<ContractWorld> {
  const sample = await sampleSource();
  const path = process.env["PATH"] ?? "";
  const db = await connectDatabase({ url: databaseUrl, schema: "scm", name: "contract", logger });
  await migrate(db, new URL("../../../migrations", import.meta.url));
  const reposDir = await tempFolder();
  const ledger = createLocalLedger(db);
  const listening = await listen("127.0.0.1", 0);
  const options = { git: createGit({ path }), reposDir, ledger, tokenSecret: "contract-secret-0123456789" };
  const forge = createLocalForge({ ...options, publicUrl: listening.url, agentUrl: listening.url, importEnv: {} });
  const hooksDir = await installUpdateHook(reposDir, path);
  listening.serve(createGitApp({ ...options, path, hooksDir, allowAnonymousRead: false, logger }));
  return {
    forge,
    remote: null,
    // Each import is a copy, so that one source is enough for those that are registered.
    repository: async (wish) =>
      wish?.register === false
        ? repository({ db, reposDir, ledger, forge }, { source: await sampleSource(), register: false })
        : repository({ db, reposDir, ledger, forge }, { source: sample, register: true }),
    async close() {
      await listening.close(0);
      await db.close();
      await rm(reposDir, { recursive: true, force: true });
    },
  };
}

const town = "contract";
let rigs = 0;

async function sampleSource(): Promise<string> {
  const source = await sampleRepo();
  const lines = Array.from({ length: 9 }, (_, i) => `line ${i + 1}\n`);
  await commit(source, { "readme.md": "a sample\n", "src/app.txt": lines.join("") });
  return source;
}

async function repository(
  reach: Reach,
  { source, register }: { source: string; register: boolean },
): Promise<ContractRepo> {
  const { db, forge } = reach;
  const rig = `rig-${process.pid}-${(rigs += 1)}`;
  const [row] = await db.drizzle
    .insert(repos)
    .values({
      id: `${town}/${rig}`,
      town,
      rig,
      source,
      requiredApprovals: 0,
      state: "ready",
      defaultBranch: "main",
      correlationId: newId(),
      causationId: newId(),
    })
    .returning({ createdAt: repos.createdAt });
  const ref = { town, rig, createdAt: row?.createdAt ?? new Date(0) };
  if (register) await forge.registerRepo(ref, { source, defaultBranch: null }, freely);
  // One that is not registered yet is changed where it comes from.
  const folder = register ? repoFolder(reach.reposDir, ref) : source;
  return {
    ref,
    source,
    remote: null,
    requiredCheck: rigCheckName,
    ...handsOn(folder),
    ...tablesOf(reach, ref, folder),
  };
}

function handsOn(folder: string): Pick<ContractRepo, "push" | "tip" | "contains" | "fileOn"> {
  const tip = (branch: string) =>
    git(folder, "rev-parse", "--verify", "--quiet", `refs/heads/${branch}`).catch(() => null);
  return {
    tip,
    push: (branch, files, from = "main") => fastCommit(folder, { branch, files, from }),
    contains: (branch, of) =>
      git(folder, "merge-base", "--is-ancestor", of, `refs/heads/${branch}`).then(
        () => true,
        () => false,
      ),
    fileOn: (branch, path) =>
      git(folder, "show", `refs/heads/${branch}:${path}`).then(
        (text) => `${text}\n`,
        () => null,
      ),
  };
}

type Hands = "ref" | "source" | "remote" | "requiredCheck" | "push" | "tip" | "contains" | "fileOn";

function tablesOf({ db, ledger, forge }: Reach, ref: ContractRepo["ref"], folder: string): Omit<ContractRepo, Hands> {
  const isRepo = and(eq(repos.town, ref.town), eq(repos.rig, ref.rig));
  const at = (number: number): PullRef => ({ town: ref.town, rig: ref.rig, number });
  const rowOf = async (number: number) => {
    const [row] = await db.drizzle
      .select()
      .from(pulls)
      .where(isPull(at(number)));
    if (row === undefined) throw new Error(`there is no pull request ${number}`);
    return row;
  };
  const headOf = async (number: number) => (await forge.getSnapshot(at(number), freely)).head;
  const expectReview = async (pull: PullRef, review: ReviewDraft) => {
    const { id } = await rowOf(pull.number);
    await db.drizzle.insert(reviews).values({ ...review, pull: id });
  };
  return {
    async requireApprovals(requiredApprovals) {
      await db.drizzle.update(repos).set({ requiredApprovals }).where(isRepo);
    },
    async requireCheck() {
      await db.drizzle.update(repos).set({ checkCommand: "true" }).where(isRepo);
    },
    requireThreads: not("threads"),
    requireUpToDate: not("such rule"),
    requireQueue: not("queue"),
    async expectPull({ id, title, body, head: headBranch, base: baseBranch, draft }) {
      const words = { id, town: ref.town, rig: ref.rig, title, body, headBranch, baseBranch, draft };
      await db.drizzle.insert(pulls).values({ ...words, correlationId: newId(), causationId: newId() });
    },
    expectReview,
    async review(number, { by, verdict, body }) {
      const given = { id: newId(), reviewer: `user:${by}`, verdict, body, commit: await headOf(number) };
      await expectReview(at(number), given);
      await forge.addReview(at(number), given, freely);
    },
    openThread: not("threads"),
    async setCheck(number, { name, state, log = "" }) {
      const { id: pull } = await rowOf(number);
      const became = { state: words[state], log };
      await db.drizzle
        .insert(checks)
        .values({ id: newId(), pull, name, commit: await headOf(number), command: "true", ...became })
        .onConflictDoUpdate({ target: [checks.pull, checks.commit, checks.name], set: became });
    },
    async mergeAsPerson(number) {
      const { headBranch } = await rowOf(number);
      const tree = await git(folder, "merge-tree", "--write-tree", "main", headBranch);
      const sha = await git(folder, "commit-tree", tree, "-p", "main", "-p", headBranch, "-m", "by hand");
      await git(folder, "update-ref", "refs/heads/main", sha);
      return sha;
    },
    closeAsPerson: (number) => ledger.close(at(number), "by hand"),
    async seen(number) {
      const { id, title, body, draft, closeReason, status } = await rowOf(number);
      const given = await db.drizzle.select().from(reviews).where(eq(reviews.pull, id));
      const texts = [...given.filter((one) => one.givenAt !== null).map((one) => one.body), closeReason ?? ""];
      return { title, body, draft, state: status === "opening" ? "open" : status, texts, reviewers: [] };
    },
    withdrawWriting: not("rights of ours that could be withdrawn"),
  };
}

const words = { green: "success", red: "failure", pending: "running" } as const;

function not(what: string): () => Promise<never> {
  return () => Promise.reject(new Error(`the local forge has no ${what}`));
}
