import {
  agentDone,
  closeBead,
  closePull,
  createBead,
  mergePull,
  openPull,
  registerRepo,
  reportAgent,
  reportHeartbeat,
  reportPull,
  reportRig,
  reviewPull,
  slingBead,
  startAgent,
  stopAgent,
  type Command,
  type DataOf,
  type Job,
  type PrState,
} from "@gastown/contracts";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isEnded } from "../domain/bead.ts";
import { aContext, aRig, aSnapshot, now as begin } from "../domain/builders.ts";
import { evolve } from "../domain/evolve.ts";
import type { Decided } from "../domain/input.ts";
import { findInput } from "../domain/inputs/index.ts";
import { settle } from "../domain/reconcile.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import { isoTime } from "../domain/time.ts";
import { effectsOf } from "./decision-effects.ts";
import type { Order } from "./effects/order.ts";

/**
 * A town with everything around it made up: a dispatcher, agents and a forge that do what is ordered, or not. After any amount
 * of loss, repetition and bad luck, a world that does its work again must bring every bead to its end.
 */
class World {
  state: Snapshot = aSnapshot({
    policy: { maxPolecatsPerRig: 2, maxReworkRounds: 3 },
    rigs: [aRig({ state: "registering", askedAt: null })],
  });
  time = begin;
  nextLook: number | null = null;
  orders: Order[] = [];
  /** Starts that run, by agent. */
  running = new Map<string, Job>();
  pulls = new Map<number, { bead: string; head: string; state: PrState; revision: number }>();
  heads = 0;

  look(): void {
    const found = settle(this.state, this.time);
    if (!found.settled) throw new Error("rules do not settle");
    this.state = found.state;
    this.nextLook = found.nextLook;
    this.orders.push(...found.steps.flatMap((step) => effectsOf(step).commands));
  }

  tell<C extends Command>(command: C, data: DataOf<C>): Decided {
    this.time += 1;
    const decided = findInput(command.type)?.decide(this.state, data, aContext({ now: this.time }));
    if (decided === undefined) throw new Error(`no input for ${command.type}`);
    if (decided.outcome === "applied") {
      for (const change of decided.changes)
        this.state = { ...evolve(this.state, change, this.time), listeningSince: 0 };
      this.look();
    }
    return decided;
  }

  pass(ms: number): void {
    this.time += ms;
    this.look();
  }

  newHead(): string {
    this.heads += 1;
    return this.heads.toString(16).padStart(40, "0");
  }

  exit({ agent, generation }: Pick<Job, "agent" | "generation">, reason: string): void {
    if (this.running.get(agent)?.generation === generation) this.running.delete(agent);
    this.tell(reportAgent, { agent, generation, state: "exited", reason, at: isoTime(this.time) });
  }

  pullReport(number: number, state: PrState): void {
    const pull = this.pulls.get(number);
    if (pull === undefined) return;
    pull.state = state;
    pull.revision += 1;
    const causes = [{ state, message: `it is ${state}` }];
    const mergeCommit = state === "merged" ? "f".repeat(40) : null;
    const view = {
      number,
      url: `http://forge/${number}`,
      head: pull.head,
      state,
      causes,
      since: isoTime(this.time),
      mergeCommit,
    };
    this.tell(reportPull, { ...view, bead: pull.bead, rig: "web", revision: pull.revision, branch: "b", base: "main" });
  }

  /** An agent ends its work well: a polecat pushes something new, a refinery approves. */
  finish(job: Job, good = true): void {
    const { agent, generation, bead } = job;
    if (job.review !== null) {
      const outcome = good ? "approved" : "changes_requested";
      this.tell(agentDone, { agent, generation, bead: bead.bead, outcome, head: job.review.head, summary: "read" });
      return;
    }
    const head = this.newHead();
    for (const pull of this.pulls.values()) if (this.sourceOf(pull.bead) === bead.bead) pull.head = head;
    this.tell(agentDone, {
      agent,
      generation,
      bead: bead.bead,
      outcome: good ? "completed" : "failed",
      head,
      summary: "did",
    });
  }

  sourceOf(request: string): string | null | undefined {
    const bead = this.state.beads.get(request);
    return bead?.type === "merge_request" ? bead.request.source : undefined;
  }

  /** What the dispatcher and the forge do with one order when nothing goes wrong. */
  obey({ command, data }: Order): void {
    this.handlers[command.type]?.(data);
  }

  readonly handlers: Record<string, (data: unknown) => void> = {
    [registerRepo.type]: () =>
      this.tell(reportRig, {
        rig: "web",
        state: "ready",
        defaultBranch: "main",
        cloneUrl: "http://forge",
        reason: null,
      }),
    [startAgent.type]: (data) => {
      const job = data as Job;
      const { agent, generation } = job;
      if ((this.running.get(agent)?.generation ?? 0) >= generation) return;
      this.running.set(agent, job);
      this.tell(reportAgent, { agent, generation, state: "running", reason: "", at: isoTime(this.time) });
    },
    [stopAgent.type]: (data) => this.exit(data as DataOf<typeof stopAgent>, "stopped"),
    [openPull.type]: (data) => {
      const { bead } = data as DataOf<typeof openPull>;
      const known = [...this.pulls].find(
        ([, pull]) => pull.bead === bead && pull.state !== "closed" && pull.state !== "merged",
      );
      const request = this.state.beads.get(bead);
      if (known !== undefined) return this.pullReport(known[0], known[1].state === "conflicts" ? "ready" : "ready");
      const head = request?.type === "merge_request" ? (request.request.head ?? this.newHead()) : this.newHead();
      const number = this.pulls.size + 1;
      this.pulls.set(number, { bead, head, state: "ready", revision: 0 });
      this.pullReport(number, "ready");
    },
    [mergePull.type]: (data) => {
      const { number, expectedHead } = data as DataOf<typeof mergePull>;
      const pull = this.pulls.get(number);
      if (pull === undefined || pull.state === "merged" || pull.state === "closed") return;
      this.pullReport(number, pull.state === "ready" && pull.head === expectedHead ? "merged" : pull.state);
    },
    [closePull.type]: (data) => {
      const { number } = data as DataOf<typeof closePull>;
      if (this.pulls.get(number)?.state !== "merged") this.pullReport(number, "closed");
    },
    [reviewPull.type]: () => undefined,
  };

  takeOrder(index: number): Order | undefined {
    return this.orders.splice(index % Math.max(1, this.orders.length), 1)[0];
  }
  aJob(index: number): Job | undefined {
    return [...this.running.values()][index % Math.max(1, this.running.size)];
  }
  aBead(index: number): string | undefined {
    const issues = [...this.state.beads.values()].filter((bead) => bead.type === "issue");
    return issues[index % Math.max(1, issues.length)]?.bead;
  }
  aPull(index: number): number | undefined {
    return [...this.pulls.keys()][index % Math.max(1, this.pulls.size)];
  }

  /** Everybody does his work until nothing is left to do, or for a long time. */
  workItOut(): void {
    for (let round = 0; round < 400; round += 1) {
      for (let order = this.takeOrder(0); order !== undefined; order = this.takeOrder(0)) this.obey(order);
      for (const job of this.running.values()) {
        this.finish(job);
        this.exit(job, "done");
      }
      for (const [number, pull] of this.pulls) {
        if (pull.state !== "ready" && pull.state !== "merged" && pull.state !== "closed")
          this.pullReport(number, "ready");
      }
      if (this.orders.length > 0) continue;
      if (this.nextLook === null) return;
      this.time = Math.max(this.time + 1, this.nextLook);
      this.look();
    }
  }
}

type Step = readonly [what: string, which: number];
const steps: Record<string, (world: World, which: number) => void> = {
  create: (w, n) =>
    void w.tell(createBead, {
      rig: "web",
      title: "t",
      body: "",
      priority: "medium",
      labels: [],
      held: false,
      dependsOn: n % 3 === 0 ? [w.aBead(n)].flatMap((b) => b ?? []) : [],
    }),
  obey: (w, n) => {
    const order = w.takeOrder(n);
    if (order !== undefined) w.obey(order);
  },
  obeyTwice: (w, n) => {
    const order = w.takeOrder(n);
    if (order === undefined) return;
    w.obey(order);
    w.obey(order);
  },
  lose: (w, n) => void w.takeOrder(n),
  finish: (w, n) => {
    const job = w.aJob(n);
    if (job !== undefined) w.finish(job);
  },
  finishBadly: (w, n) => {
    const job = w.aJob(n);
    if (job !== undefined) w.finish(job, job.review === null && n % 4 !== 0);
  },
  crash: (w, n) => {
    const job = w.aJob(n);
    if (job !== undefined) w.exit(job, "crashed");
  },
  dieUnheard: (w, n) => {
    const job = w.aJob(n);
    if (job !== undefined) w.running.delete(job.agent);
  },
  beat: (w) => {
    const agents = [...w.running.values()].map(({ agent, generation }) => ({
      agent,
      generation,
      aliveAt: isoTime(w.time),
      activeAt: null,
    }));
    if (agents.length > 0) w.tell(reportHeartbeat, { agents });
  },
  forge: (w, n) => {
    const number = w.aPull(n);
    const states = [
      "conflicts",
      "checks_failing",
      "awaiting_approval",
      "checks_pending",
      "changes_requested",
      "ready",
      "unknown",
    ] as const;
    const pull = number === undefined ? undefined : w.pulls.get(number);
    if (number !== undefined && pull?.state !== "merged" && pull?.state !== "closed")
      w.pullReport(number, states[n % states.length] ?? "ready");
  },
  push: (w, n) => {
    const pull = w.pulls.get(w.aPull(n) ?? 0);
    if (pull !== undefined) pull.head = w.newHead();
  },
  personMerges: (w, n) => {
    const number = w.aPull(n);
    if (number !== undefined && w.pulls.get(number)?.state !== "closed") w.pullReport(number, "merged");
  },
  personCloses: (w, n) => {
    const bead = w.aBead(n);
    if (bead !== undefined) w.tell(closeBead, { bead, reason: "" });
  },
  sling: (w, n) => {
    const bead = w.aBead(n);
    if (bead !== undefined) w.tell(slingBead, { bead });
  },
  wait: (w, n) => w.pass((n % 20) * 10_000),
};

const walks = fc.array(fc.tuple(fc.constantFrom(...Object.keys(steps)), fc.nat(50)), { minLength: 20, maxLength: 120 });

/** Beads that have not ended when the world has done all it could, and why; null when there are none. */
function stuck(walk: readonly Step[]): string | null {
  const world = new World();
  world.look();
  world.tell(createBead, {
    rig: "web",
    title: "t",
    body: "",
    priority: "medium",
    labels: [],
    held: false,
    dependsOn: [],
  });
  for (const [what, which] of walk) steps[what]?.(world, which);
  world.workItOut();
  // What waits for a failed bead waits for a person (W26): the person says that it may go on.
  for (const bead of world.state.beads.values())
    if (bead.type === "issue" && bead.status === "failed") world.tell(closeBead, { bead: bead.bead, reason: "" });
  world.workItOut();
  const parked = [...world.state.beads.values()].filter(
    (bead) => bead.type === "merge_request" && bead.request.parked && !isEnded(bead),
  );
  for (const bead of parked) world.tell(slingBead, { bead: bead.bead });
  world.workItOut();
  const left = [...world.state.beads.values()].filter(
    (bead) => (bead.type === "issue" || bead.type === "merge_request") && !isEnded(bead),
  );
  if (left.length === 0) return null;
  const said = settle(world.state, world.time).said.filter((s) => left.some((bead) => bead.bead === s.bead));
  return JSON.stringify({
    left: left.map((bead) => [bead.bead, bead.status]),
    said,
    agents: [...world.state.agents.values()],
    nextLook: world.nextLook,
    time: world.time,
  });
}

describe("a town in a bad world", () => {
  it("brings every bead to its end once the world does its work again", () => {
    const checked = fc.check(
      fc.property(walks, (walk) => {
        const why = stuck(walk);
        if (why !== null) throw new Error(why);
      }),
      { numRuns: 150 },
    );
    const { counterexample, errorInstance } = checked;
    const why = errorInstance instanceof Error ? (errorInstance.stack ?? "") : "";
    expect(
      checked.failed
        ? `${JSON.stringify(counterexample)} seed ${checked.seed} path ${checked.counterexamplePath}\n${why}`
        : "",
    ).toBe("");
  });
});
