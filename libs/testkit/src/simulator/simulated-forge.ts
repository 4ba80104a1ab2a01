import {
  closePull,
  createBranch,
  followPull,
  mergePull,
  openPull,
  refusePull,
  releasePull,
  registerRepo,
  reportBranch,
  reportPull,
  reportRig,
  reviewPull,
  type DataOf,
  type PrState,
} from "@gastown/contracts";
import type { Random } from "./random.ts";
import type { SimulatedOrder } from "./simulated-town.ts";
import type { Tell } from "./tell.ts";

/** One pull request of the made-up forge. */
export interface SimulatedPull {
  readonly rig: string;
  readonly number: number;
  bead: string;
  readonly branch: string;
  readonly base: string;
  head: string;
  state: PrState;
  since: number;
  revision: number;
  /** How often a head of it was merged: never more than once. */
  merges: number;
}

/** What happens to live pull requests by themselves, without anybody in the town. */
const weather: readonly PrState[] = [
  "checks_pending",
  "checks_failing",
  "conflicts",
  "awaiting_approval",
  "changes_requested",
  "draft",
  "unknown",
  "ready",
  "ready",
  "ready",
];

/** A forge that does what it is asked and tells of it; whether that is heard, twice or late is the world's affair. */
export class SimulatedForge {
  readonly pulls: SimulatedPull[] = [];
  readonly branches = new Map<string, string>();
  #heads = 0;
  readonly #tell: Tell;
  readonly #random: Random;

  constructor(tell: Tell, random: Random) {
    this.#tell = tell;
    this.#random = random;
  }

  /** A new commit on a branch; every live pull request of that branch has it as its head. */
  push(rig: string, branch: string, now: number): string {
    this.#heads += 1;
    const head = this.#heads.toString(16).padStart(40, "0");
    this.branches.set(`${rig} ${branch}`, head);
    for (const pull of this.pulls) {
      if (pull.rig !== rig || pull.branch !== branch || isOver(pull)) continue;
      pull.head = head;
      this.move(pull, this.#random.chance(0.7) ? "ready" : "checks_pending", now);
    }
    return head;
  }

  /** Its state is told, as a whole view with the next revision. */
  move(pull: SimulatedPull, state: PrState, now: number): void {
    if (pull.state !== state) pull.since = now;
    pull.state = state;
    this.report(pull);
  }

  report(pull: SimulatedPull): void {
    pull.revision += 1;
    const { rig, number, bead, head, state, since, revision, branch, base } = pull;
    this.#tell(reportPull, {
      bead,
      rig,
      number,
      url: `http://forge/${rig}/${number}`,
      head,
      state,
      causes: [{ state, message: "" }],
      since: new Date(since).toISOString(),
      mergeCommit: state === "merged" ? head : null,
      revision,
      branch,
      base,
    });
  }

  /** Something happens to a live pull request: checks end, people look, the base moves. */
  change(now: number): void {
    const pull = this.#random.pick(this.live());
    const state = this.#random.pick(weather);
    if (pull !== undefined && state !== undefined) this.move(pull, state, now);
  }

  /** A person merges or closes a pull request by hand. */
  person(what: "merged" | "closed", now: number): void {
    const pull = this.#random.pick(this.live());
    if (pull === undefined) return;
    if (what === "merged") this.#merge(pull, now);
    else this.move(pull, "closed", now);
  }

  live(): SimulatedPull[] {
    return this.pulls.filter((pull) => !isOver(pull));
  }

  obey({ command, data }: SimulatedOrder, now: number): void {
    this.#handlers[command.type]?.(data, now);
  }

  #merge(pull: SimulatedPull, now: number): void {
    pull.merges += 1;
    this.move(pull, "merged", now);
    this.push(pull.rig, pull.base, now);
  }

  #open({ rig, bead, head, base }: DataOf<typeof openPull>, now: number): void {
    const known = this.live().find((pull) => pull.bead === bead);
    if (known !== undefined) return this.report(known);
    const commit = this.branches.get(`${rig} ${head}`);
    if (commit === undefined) {
      this.#tell(refusePull, { bead, rig, code: "branch_missing", reason: `Branch ${head} was not pushed.` });
      return;
    }
    if (!this.#hasWork(rig, head)) {
      this.#tell(refusePull, { bead, rig, code: "nothing_to_merge", reason: "the branch has no commits of its own" });
      return;
    }
    const number = this.pulls.length + 1;
    const pull = { rig, number, bead, branch: head, base, head: commit, revision: 0, merges: 0 };
    this.pulls.push({ ...pull, state: "checks_pending", since: now });
    const made = this.pulls.at(-1);
    if (made !== undefined) this.move(made, this.#random.chance(0.6) ? "ready" : "checks_pending", now);
  }

  /** A feature branch has what was merged into it. */
  #hasWork(rig: string, branch: string): boolean {
    if (!branch.endsWith("/head")) return true;
    return this.pulls.some((pull) => pull.rig === rig && pull.base === branch && pull.state === "merged");
  }

  readonly #handlers: Record<string, (data: unknown, now: number) => void> = {
    [registerRepo.type]: (data) => {
      const { rig } = data as DataOf<typeof registerRepo>;
      this.#tell(reportRig, { rig, state: "ready", defaultBranch: "main", cloneUrl: "http://forge", reason: null });
    },
    [createBranch.type]: (data, now) => {
      const { rig, branch } = data as DataOf<typeof createBranch>;
      if (!this.branches.has(`${rig} ${branch}`)) this.push(rig, branch, now);
      this.#tell(reportBranch, { rig, branch, state: "ready", reason: null });
    },
    [openPull.type]: (data, now) => this.#open(data as DataOf<typeof openPull>, now),
    [mergePull.type]: (data, now) => {
      const { rig, number, expectedHead } = data as DataOf<typeof mergePull>;
      const pull = this.pulls.find((known) => known.rig === rig && known.number === number);
      if (pull === undefined) return;
      if (pull.state === "ready" && pull.head === expectedHead) this.#merge(pull, now);
      else this.report(pull);
    },
    [closePull.type]: (data, now) => {
      const { rig, number } = data as DataOf<typeof closePull>;
      const pull = this.pulls.find((known) => known.rig === rig && known.number === number);
      if (pull !== undefined && !isOver(pull)) this.move(pull, "closed", now);
    },
    [releasePull.type]: (data, now) => {
      const { bead, close } = data as DataOf<typeof releasePull>;
      const pull = this.live().find((known) => known.bead === bead);
      if (pull !== undefined && close) this.move(pull, "closed", now);
    },
    [followPull.type]: (data) => {
      const { rig, number, bead } = data as DataOf<typeof followPull>;
      const pull = this.pulls.find((known) => known.rig === rig && known.number === number && known.bead === bead);
      if (pull !== undefined) this.report(pull);
    },
    [reviewPull.type]: () => undefined,
  };
}

function isOver({ state }: SimulatedPull): boolean {
  return state === "merged" || state === "closed";
}
