import type { JsonObject } from "../ports.ts";
import { checkRunJson, checkSuiteJson, statusJson } from "../rest/json/check-json.ts";
import type { WorldCore } from "./world-core.ts";
import type { CheckRunState, CheckRunWish, RepositoryState, StatusState, StatusWord } from "./world-types.ts";

interface StatusWish {
  readonly context: string;
  readonly state: StatusWord;
  readonly description?: string;
  readonly targetUrl?: string;
  readonly by?: string;
}

/** Check runs and commit statuses. They belong to commits, not to pull requests. */
export class Checks {
  readonly #core: WorldCore;

  constructor(core: WorldCore) {
    this.#core = core;
  }

  /** A new run on this commit; of one name and App the latest counts. */
  async run(repository: RepositoryState, sha: string, wish: CheckRunWish): Promise<CheckRunState> {
    const run = this.#newRun(sha, wish);
    const runs = repository.checkRuns.get(sha) ?? [];
    repository.checkRuns.set(sha, [...runs, run]);
    this.#core.nodes.set(run.nodeId, { kind: "check", repository, run });
    this.#tellRun(repository, run, "created");
    if (run.status === "COMPLETED") this.#tellEnd(repository, run);
    await this.#core.settle(repository);
    return run;
  }

  /** The run says this now; what is absent stays. */
  async update(repository: RepositoryState, run: CheckRunState, wish: Partial<CheckRunWish>): Promise<void> {
    const ended = run.status === "COMPLETED";
    run.status = wish.conclusion === undefined ? (wish.status ?? run.status) : "COMPLETED";
    const ends = run.status === "COMPLETED";
    run.conclusion = ends ? (wish.conclusion ?? run.conclusion) : null;
    run.completedAt = ends ? (run.completedAt ?? this.#core.now()) : null;
    this.#describe(run, wish);
    if (!ended && ends) this.#tellEnd(repository, run);
    await this.#core.settle(repository);
  }

  /** A check turns STALE after two weeks; only GitHub sets that, and tells nobody (scm §1.4 [D], §3.2.8). */
  stale(run: CheckRunState): void {
    run.status = "COMPLETED";
    run.conclusion = "STALE";
  }

  /** The commit's status in this context. */
  async status(repository: RepositoryState, sha: string, wish: StatusWish): Promise<StatusState> {
    const id = this.#core.nextId();
    const status: StatusState = {
      id,
      nodeId: `SC_${id}`,
      sha,
      context: wish.context,
      state: wish.state,
      description: wish.description ?? "",
      targetUrl: wish.targetUrl ?? null,
      creator: wish.by ?? repository.owner,
      createdAt: this.#core.now(),
    };
    const statuses = repository.statuses.get(sha) ?? [];
    repository.statuses.set(sha, [...statuses, status]);
    this.#core.nodes.set(status.nodeId, { kind: "status", repository, status });
    const branches = repository.git.branches().filter(({ oid }) => oid === sha);
    this.#tell(repository, { event: "status", action: null, by: status.creator }, () => ({
      ...statusJson(this.#core.json, repository, status),
      sha,
      name: `${repository.owner}/${repository.name}`,
      // At most ten branches, and no number of a pull request (scm §3.2.9 [D]).
      branches: branches.slice(0, 10).map(({ name }) => ({ name, commit: { sha } })),
    }));
    await this.#core.settle(repository);
    return status;
  }

  /** This commit was deployed to this environment with success. */
  async deployed(repository: RepositoryState, sha: string, environment: string): Promise<void> {
    repository.deployed.add(`${sha} ${environment}`);
    this.#tell(repository, { event: "deployment_status", action: "created", by: repository.owner }, () => ({
      deployment_status: { state: "success", environment },
      deployment: { sha, environment },
    }));
    await this.#core.settle(repository);
  }

  #newRun(sha: string, wish: CheckRunWish): CheckRunState {
    const id = this.#core.nextId();
    const now = this.#core.now();
    const status = wish.conclusion === undefined ? (wish.status ?? "QUEUED") : "COMPLETED";
    const run: CheckRunState = {
      id,
      nodeId: `CR_${id}`,
      sha,
      name: wish.name,
      status,
      conclusion: wish.conclusion ?? null,
      app: wish.app ?? "github-actions",
      title: null,
      summary: null,
      text: null,
      externalId: "",
      detailsUrl: null,
      log: "",
      workflow: wish.workflow ?? null,
      startedAt: now,
      completedAt: status === "COMPLETED" ? now : null,
    };
    this.#describe(run, wish);
    return run;
  }

  #describe(run: CheckRunState, wish: Partial<CheckRunWish>): void {
    run.name = wish.name ?? run.name;
    run.title = wish.title ?? run.title;
    run.summary = wish.summary ?? run.summary;
    run.text = wish.text ?? run.text;
    run.externalId = wish.externalId ?? run.externalId;
    run.detailsUrl = wish.detailsUrl ?? run.detailsUrl;
    run.log = wish.log ?? run.log;
  }

  #tellRun(repository: RepositoryState, run: CheckRunState, action: string): void {
    this.#tell(repository, { event: "check_run", action, by: `${run.app}[bot]` }, () => ({
      check_run: checkRunJson(this.#core.json, repository, run),
    }));
  }

  /** The run is over, and the suite with it when it was the last one. */
  #tellEnd(repository: RepositoryState, run: CheckRunState): void {
    this.#tellRun(repository, run, "completed");
    const suite = (repository.checkRuns.get(run.sha) ?? []).filter(({ app }) => app === run.app);
    if (suite.some(({ status }) => status !== "COMPLETED")) return;
    this.#tell(repository, { event: "check_suite", action: "completed", by: `${run.app}[bot]` }, () => ({
      check_suite: checkSuiteJson(this.#core.json, repository, run),
    }));
  }

  #tell(
    repository: RepositoryState,
    { event, action, by }: { event: string; action: string | null; by: string },
    parts: () => JsonObject,
  ): void {
    this.#core.emit({ event, action, repositoryId: repository.id, installation: null, sender: by, parts });
  }
}
