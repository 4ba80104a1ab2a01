import {
  agentExited,
  agentRegistered,
  agentStarted,
  beadAssigned,
  beadCreated,
  beadReleased,
  beadStatusChanged,
  beadUnblocked,
  type BeadView,
  checkCompleted,
  type Command,
  type DataOf,
  type Descriptor,
  type Envelope,
  mergeRefused,
  mergeRequested,
  pullMerged,
  pullOpened,
  reviewCompleted,
  reviewRequested,
  reworkRequested,
} from "@gastown/contracts";

/** When what happened to a bead, in milliseconds since the epoch; the last time when it happened again. */
export interface Milestones {
  created?: number;
  assigned?: number;
  started?: number;
  handedIn?: number;
  reviewed?: number;
  merged?: number;
}
export interface Line {
  at: number;
  bead: string;
  text: string;
}

type Fact<D extends Descriptor> = { data: DataOf<D>; at: number };

/** Turns a town's events into lines for a person, and keeps when what happened to which bead. */
export class Story {
  readonly milestones = new Map<string, Milestones>();
  readonly mergeCommits = new Map<string, string>();
  readonly #sources = new Map<string, string>();
  readonly #agents = new Map<string, string>();
  readonly #hooks = new Map<string, string>();
  readonly #tellers = new Map<string, (event: { data: unknown; at: number }) => Line | null>();

  constructor() {
    this.#bead();
    this.#agent();
    this.#pull();
  }

  /** What one event means to a person; null when it is a detail. */
  tell(event: Envelope): Line | null {
    return this.#tellers.get(event.type)?.({ data: event.data, at: Date.parse(event.time) }) ?? null;
  }

  #on<D extends Exclude<Descriptor, Command>>(
    descriptor: D,
    teller: (fact: Fact<D>) => { bead: string; text: string } | null,
  ): void {
    this.#tellers.set(descriptor.type, (event) => {
      const parsed = descriptor.data.safeParse(event.data);
      const told = parsed.success ? teller({ data: parsed.data as DataOf<D>, at: event.at }) : null;
      return told === null ? null : { ...told, at: event.at };
    });
  }

  #mark(bead: string, name: keyof Milestones, at: number): void {
    this.milestones.set(bead, { ...this.milestones.get(bead), [name]: at });
  }

  /** The work item a pull request's bead stands for. */
  #work(bead: string): string {
    return this.#sources.get(bead) ?? bead;
  }

  #name(agent: string): string {
    return this.#agents.get(agent) ?? agent;
  }

  #bead(): void {
    this.#on(beadCreated, ({ data, at }) => {
      const view: BeadView = data.view;
      const source = view.mergeRequest?.source ?? null;
      if (source !== null) this.#sources.set(data.bead, source);
      if (view.type !== "issue") return null;
      this.#mark(data.bead, "created", at);
      const after = view.dependsOn.length > 0 ? `, after ${view.dependsOn.join(", ")}` : "";
      return { bead: data.bead, text: `created: ${view.title}${after}` };
    });
    this.#on(beadAssigned, ({ data, at }) => {
      this.#hooks.set(data.agent, data.bead);
      const work = this.#work(data.bead);
      if (work !== data.bead) return { bead: work, text: `review given to ${this.#name(data.agent)}` };
      this.#mark(work, "assigned", at);
      return { bead: work, text: `assigned to ${this.#name(data.agent)}` };
    });
    this.#on(beadStatusChanged, ({ data, at }) => {
      if (this.#sources.has(data.bead)) return null;
      if (data.to === "in_review") {
        this.#mark(data.bead, "handedIn", at);
        return { bead: data.bead, text: "handed in" };
      }
      if (data.to === "failed") return { bead: data.bead, text: `FAILED: ${data.reason}` };
      return data.to === "closed" ? { bead: data.bead, text: "closed" } : null;
    });
    this.#on(beadReleased, ({ data }) =>
      isOrdinary(data.reason)
        ? null
        : { bead: this.#work(data.bead), text: `released by ${this.#name(data.agent)}: ${data.reason}` },
    );
    this.#on(beadUnblocked, ({ data }) => ({ bead: data.bead, text: "unblocked" }));
    this.#on(reworkRequested, ({ data }) => ({
      bead: data.bead,
      text: `back to its author (round ${data.round}): ${data.reason}`,
    }));
  }

  #agent(): void {
    this.#on(agentRegistered, ({ data }) => {
      this.#agents.set(data.agent, data.name === data.role ? `the ${data.role}` : `${data.role} ${data.name}`);
      return null;
    });
    this.#on(agentStarted, ({ data, at }) => {
      const hook = this.#hooks.get(data.agent);
      if (hook === undefined) return null;
      if (!this.#sources.has(hook)) this.#mark(hook, "started", at);
      return { bead: this.#work(hook), text: `${this.#name(data.agent)} started` };
    });
    this.#on(agentExited, ({ data }) => {
      const hook = this.#hooks.get(data.agent);
      if (hook === undefined || isOrdinary(data.reason)) return null;
      return { bead: this.#work(hook), text: `${this.#name(data.agent)} ${data.state}: ${data.reason}` };
    });
  }

  /** The work a pull request is for; one nobody follows is its own. */
  #workOf({ bead, rig, number }: { bead: string | null; rig: string; number: number }): string {
    return bead === null ? `${rig}#${number}` : this.#work(bead);
  }

  #pull(): void {
    this.#on(pullOpened, ({ data }) => ({
      bead: this.#workOf(data),
      text: `pull request #${data.number} opened (${data.head})`,
    }));
    this.#on(checkCompleted, ({ data }) => ({
      bead: this.#workOf(data),
      text: `${data.name === "check" ? "" : "check "}${data.name}: ${data.state} in ${(data.durationMs / 1_000).toFixed(1)} s`,
    }));
    this.#on(reviewRequested, () => null);
    this.#on(reviewCompleted, ({ data, at }) => {
      const work = data.source ?? data.bead;
      this.#mark(work, "reviewed", at);
      return {
        bead: work,
        text: `${data.verdict === "approved" ? "approved" : "changes requested"} by ${this.#name(data.agent)}`,
      };
    });
    this.#on(mergeRequested, () => null);
    this.#on(mergeRefused, ({ data }) => ({ bead: this.#workOf(data), text: `not merged: ${data.message}` }));
    this.#on(pullMerged, ({ data, at }) => {
      const work = this.#workOf(data);
      this.#mark(work, "merged", at);
      this.mergeCommits.set(work, data.mergeCommit);
      return { bead: work, text: `MERGED into ${data.base} as ${data.mergeCommit.slice(0, 9)}` };
    });
  }
}

/** Ends that are a part of every piece of work, and of which nobody needs to be told. */
function isOrdinary(reason: string): boolean {
  return /^(?:done|stopped|saved|completed|finished|handed in|approved)/i.test(reason);
}
