import * as contracts from "@gastown/contracts";
import type { DataOf, Envelope, Job, Verdict } from "@gastown/contracts";
import { eventually } from "@gastown/testkit";
import { TestTown } from "./test-town.ts";

type Opened = DataOf<typeof contracts.openPull>;
type Told = Partial<DataOf<typeof contracts.reportPull>> & Pick<DataOf<typeof contracts.reportPull>, "state">;
interface Branch {
  readonly rig: string;
  readonly branch: string;
}
interface Pull extends Branch {
  readonly bead: string;
  readonly number: number;
  readonly base: string;
}

/**
 * A town with a dispatcher, agents and a forge that do at once what they are asked for: polecats push a new head, refineries approve,
 * pull requests are ready and are merged. What a test wants to tell itself it keeps back by `holds`.
 */
export class WorkingTown extends TestTown {
  /** What is not done by itself. */
  holds: (type: string, data: Record<string, unknown>) => boolean = () => false;
  readonly pulls = new Map<string, Pull>();
  /** What could not be done; a test file looks at it in the end. */
  readonly failures: unknown[] = [];
  private readonly heads = new Map<string, string>();
  private made = 0;
  private revision = 0;

  /** Makes the town, with the rigs `web` and `api`; answers itself. */
  override async found(policy: contracts.PolicyOverride = {}): Promise<this> {
    await super.found(policy);
    await this.addRig("api", "ap");
    return this;
  }

  override async addRig(rig: string, prefix: string): Promise<void> {
    await this.applied(contracts.addRig, { rig, prefix, source: `/src/${rig}` });
    await eventually(async () => (await this.read(contracts.getRig, { rig })).state === "ready");
  }

  convoy(convoy: string) {
    return this.read(contracts.getConvoy, { convoy });
  }

  /** The landing in a rig: the pull request from the convoy's own branch. */
  landing(rig: string, attempt = 1): Promise<Opened> {
    return eventually(
      () => {
        const opened = this.asked(contracts.openPull, (pull) => pull.rig === rig && pull.head.endsWith("/head"));
        const beads = [...new Set(opened.map(({ bead }) => bead))];
        const found = opened.find(({ bead }) => bead === beads[attempt - 1]);
        if (found === undefined) throw new Error(`landing ${attempt} in ${rig} was not asked for`);
        return found;
      },
      { timeoutMs: 60_000 },
    );
  }

  /** Does what the dispatcher or the forge is asked for, unless it is held. */
  take({ type, data }: Envelope): void {
    if (this.holds(type, data as Record<string, unknown>)) return;
    this.deeds[type]?.(data).catch((error: unknown) => this.failures.push(error));
  }

  private readonly deeds: Record<string, (data: unknown) => Promise<unknown>> = {
    [contracts.registerRepo.type]: (data) => this.rigReady((data as DataOf<typeof contracts.registerRepo>).rig),
    [contracts.createBranch.type]: (data) => this.branch(data as DataOf<typeof contracts.createBranch>, null),
    [contracts.startAgent.type]: (data) => this.work(data as Job),
    [contracts.stopAgent.type]: (data) =>
      this.report(data as DataOf<typeof contracts.stopAgent>, "exited", { reason: "stopped" }),
    [contracts.openPull.type]: (data) => {
      const { bead, rig, head: branch, base } = data as Opened;
      return this.pull({ bead, rig, branch, base }, { state: "ready" });
    },
    [contracts.mergePull.type]: (data) => {
      const { bead } = data as DataOf<typeof contracts.mergePull>;
      return this.reportPull(bead, { state: "merged", mergeCommit: "e".repeat(40) });
    },
    [contracts.closePull.type]: (data) => {
      const { rig, number } = data as DataOf<typeof contracts.closePull>;
      const pull = [...this.pulls.values()].find((each) => each.rig === rig && each.number === number);
      return pull === undefined ? Promise.resolve() : this.reportPull(pull.bead, { state: "closed" });
    },
  };

  /** As the forge: a branch is made, or cannot be made for a reason. */
  branch({ rig, branch }: Branch, reason: string | null): Promise<Verdict> {
    const state = reason === null ? "ready" : "failed";
    return this.send(contracts.reportBranch, { rig, branch, state, reason }, "service:scm");
  }

  /** The last head pushed to a branch; a new one when there was none. */
  headOf(branch: Branch): string {
    return this.heads.get(nameOf(branch)) ?? this.push(branch);
  }

  private push(branch: Branch): string {
    this.made += 1;
    const head = this.made.toString(16).padStart(40, "0");
    this.heads.set(nameOf(branch), head);
    return head;
  }

  /** The start runs, and ends its work well. */
  async work(job: Job): Promise<Verdict> {
    await this.report(job, "running");
    const verdict = await this.done(job, job.review === null ? "completed" : "approved");
    await this.report(job, "exited", { reason: "done" });
    return verdict;
  }

  override done(job: Job, outcome: DataOf<typeof contracts.agentDone>["outcome"]): Promise<Verdict> {
    const { review, rig, branch } = contracts.workerOf(job);
    return super.done(job, outcome, review?.head ?? this.push({ rig: rig.rig, branch }));
  }

  /** As the forge, of the pull request of a bead, which is made when it is not there. */
  pull(about: Omit<Pull, "number">, told: Told): Promise<Verdict> {
    const number = this.pulls.get(about.bead)?.number ?? this.pulls.size + 1;
    this.pulls.set(about.bead, { ...about, number });
    return this.reportPull(about.bead, told);
  }

  /** As the forge, of the pull request of a bead. Throws when it has none. */
  reportPull(bead: string, told: Told): Promise<Verdict> {
    const pull = this.pulls.get(bead);
    if (pull === undefined) throw new Error(`${bead} has no pull request`);
    this.revision += 1;
    const known = { url: `http://forge/${pull.number}`, head: this.headOf(pull), mergeCommit: null };
    const plain = { ...known, causes: [], revision: this.revision, since: new Date().toISOString() };
    return this.send(contracts.reportPull, { ...pull, ...plain, ...told }, "service:scm");
  }
}

function nameOf({ rig, branch }: Branch): string {
  return `${rig} ${branch}`;
}
