import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Command } from "@gastown/contracts";
import * as contracts from "@gastown/contracts";
import { aSnapshot, aTown, now as begin } from "./builders.ts";
import { evolveAll } from "./evolve.ts";
import { findInput } from "./inputs/index.ts";
import { mayorOf } from "./mayor.ts";
import { settle } from "./reconcile.ts";
import type { Snapshot } from "./snapshot.ts";
import { isoTime } from "./time.ts";
import { visibleTo } from "./visible.ts";

/** Everything that can become of a mayor and of what is said to it. */
const happenings = [
  "say",
  "mail",
  "ensure",
  "start",
  "refuse",
  "crash",
  "idle-stop",
  "vanish",
  "beat",
  "give",
  "fact",
  "fact",
  "fact",
  "tear-down",
  "lose-order",
  "stop",
  "thaw",
  "wait",
] as const;
type Happening = (typeof happenings)[number];

interface Start {
  readonly generation: number;
  runs: boolean;
}

/**
 * The town's domain with a dispatcher beside it, that may lose what it is asked, forgets what was said when the next start begins,
 * and tells everything late and in order; its containers may end at any time.
 */
class MayorWorld {
  state: Snapshot = aSnapshot({ rigs: [], town: aTown({ dispatchCooldownMs: [30_000] }, { createdAt: begin }) });
  now = begin;
  nextLook: number | null = null;
  /** How often the mayor was given each nudge. */
  readonly given = new Map<string, number>();
  readonly told: string[] = [];
  readonly broken: string[] = [];
  #wished: number | null = null;
  #start: Start | null = null;
  #highest = 0;
  #asked: { nudge: string; generation: number }[] = [];
  #turn = false;
  /** What this start was given. */
  #known = new Set<string>();
  readonly #facts: (() => void)[] = [];

  hear(command: Command, data: object, actor = "service:dispatcher"): Record<string, unknown> {
    this.now += 1;
    const input = findInput(command.type);
    const trace = { correlation: "c", traceparent: null };
    const context = { town: "demo", now: this.now, actor, cause: "c", trace };
    const decided = input?.decide(this.state, command.data.parse(data), context);
    if (decided?.outcome !== "applied") return {};
    this.state = { ...this.state, ...evolveAll(this.state, decided.changes, this.now) };
    this.look();
    return decided.result ?? {};
  }

  look(): void {
    const { steps, nextLook, settled } = settle(visibleTo(this.state, 0), this.now);
    if (!settled) this.broken.push("the rules decide for ever");
    const changes = steps.flatMap((step) => step.changes);
    this.state = { ...this.state, ...evolveAll(this.state, changes, this.now) };
    this.nextLook = nextLook;
    for (const { decision, after } of steps) {
      const generation = mayorOf(after)?.generation ?? 0;
      if (decision.do === "start-mayor" || decision.do === "ask-mayor-again") this.#wished = generation;
      if (decision.do === "deliver-nudge") this.#asked.push({ nudge: decision.nudge, generation });
      if (decision.do === "stop-agent") this.#stop(generation);
    }
  }

  happen(what: Happening): void {
    this.#deeds[what]();
    const mayors = [...this.state.agents.values()].filter(({ role }) => role === "mayor");
    if (mayors.length > 1) this.broken.push("there are two mayors");
    if (mayors.some(({ hook }) => hook !== null)) this.broken.push("the mayor has a bead");
    if ([...this.given.values()].some((times) => times > 1)) this.broken.push("something was said twice");
  }

  /** The world does what it is asked, in time, until nothing is left to do. */
  workItOut(): void {
    this.hear(contracts.thawTown, {}, "user:ann");
    for (let round = 0; round < 60; round += 1) {
      for (let n = 0; n < 6; n += 1) for (const what of ["start", "give", "fact", "fact"] as const) this.happen(what);
      if (this.#start?.runs === false) this.happen("crash");
      this.happen("beat");
      if (this.nextLook === null) continue;
      this.now = Math.max(this.now + 1, Math.min(this.nextLook, this.now + 30_000));
      if (this.nextLook <= this.now) this.look();
    }
  }

  readonly #deeds: Readonly<Record<Happening, () => void>> = {
    say: () => {
      const { nudge } = this.hear(contracts.tellMayor, { message: "Hello" }, "user:ann");
      this.told.push(String(nudge));
    },
    mail: () => {
      const mayor = mayorOf(this.state);
      if (mayor !== undefined) this.hear(contracts.sendMail, { to: mayor.agent, subject: "s" }, "user:ann");
    },
    ensure: () => {
      const start = this.#start;
      const seen =
        start === null ? null : { generation: start.generation, alive: true, session: start.runs, busy: false };
      this.hear(contracts.ensureMayor, { seen }, "user:ann");
    },
    start: () => {
      if (this.#wished === null || this.#wished <= this.#highest || this.#start !== null) return;
      this.#start = { generation: this.#wished, runs: true };
      this.#highest = this.#wished;
      this.#known = new Set();
      this.#tell(this.#wished, "running");
    },
    fact: () => this.#facts.shift()?.(),
    "tear-down": () => {
      if (this.#start !== null) this.#start.runs = false;
    },
    refuse: () => {
      if (this.#wished === null || this.#wished <= this.#highest || this.#start !== null) return;
      this.#start = { generation: this.#wished, runs: false };
      this.#highest = this.#wished;
      this.#end("failed");
    },
    crash: () => this.#end("exited", "crashed"),
    "idle-stop": () => this.#end("exited", "stopped"),
    vanish: () => (this.#start = null),
    beat: () => {
      this.#turn = !this.#turn;
      const generation = this.#start?.generation;
      const agent = mayorOf(this.state)?.agent;
      if (generation === undefined || agent === undefined) return;
      const at = isoTime(this.now);
      const beat = { agent, generation, aliveAt: at, activeAt: at, busy: this.#turn };
      this.#facts.push(() => this.hear(contracts.reportHeartbeat, { agents: [beat] }));
    },
    give: () => this.#give(),
    "lose-order": () => void this.#asked.shift(),
    stop: () => void this.hear(contracts.estopTown, { reason: "" }, "user:ann"),
    thaw: () => void this.hear(contracts.thawTown, {}, "user:ann"),
    wait: () => {
      this.now += 45_000;
      if (this.nextLook !== null && this.nextLook <= this.now) this.look();
    },
  };

  #give(): void {
    const asked = this.#asked.shift();
    const agent = mayorOf(this.state)?.agent;
    if (asked === undefined || agent === undefined) return;
    const { nudge, generation } = asked;
    const reaches = this.#start?.generation === generation && this.#start.runs;
    if (reaches && !this.#known.has(nudge)) this.given.set(nudge, (this.given.get(nudge) ?? 0) + 1);
    if (reaches) this.#known.add(nudge);
    const state = this.#known.has(nudge) ? "delivered" : "failed";
    this.#facts.push(() => this.hear(contracts.reportNudge, { nudge, agent, state, reason: "" }));
  }

  #stop(generation: number): void {
    if (this.#wished !== null && this.#wished <= generation) this.#wished = null;
    if (this.#start !== null && this.#start.generation <= generation) this.#end("exited", "stopped");
    else this.#tell(generation, "exited", "stopped");
  }

  #end(how: "exited" | "failed", cause?: "crashed" | "stopped"): void {
    const start = this.#start;
    if (start === null) return;
    this.#start = null;
    this.#tell(start.generation, how, cause);
  }

  #tell(generation: number, state: "running" | "exited" | "failed", cause?: "crashed" | "stopped"): void {
    const agent = mayorOf(this.state)?.agent;
    if (agent === undefined || generation < 1) return;
    const why = cause === undefined ? {} : { cause };
    const fact = { agent, generation, state, reason: "r", ...why, at: isoTime(this.now) };
    this.#facts.push(() => this.hear(contracts.reportAgent, fact));
  }
}

function story(whats: readonly Happening[]): string | null {
  const world = new MayorWorld();
  for (const what of whats) world.happen(what);
  world.workItOut();
  const [broken] = world.broken;
  if (broken !== undefined) return broken;
  const lost = world.told.find((nudge) => world.given.get(nudge) !== 1);
  if (lost !== undefined) return `${lost} was said ${world.given.get(lost) ?? 0} times`;
  const open = [...world.state.nudges.values()].filter(({ state }) => state === "pending");
  const unread = [...world.state.beads.values()].filter((b) => b.type === "message" && !b.announced);
  if (unread.length > 0) return `${unread[0]?.bead} was announced to nobody`;
  return open.length === 0 ? null : `${open[0]?.nudge} is still to be said`;
}

describe("a mayor, whatever becomes of its starts", () => {
  it("is given everything that is said to it, once", { timeout: 60_000 }, () => {
    const checked = fc.check(
      fc.property(fc.array(fc.constantFrom(...happenings), { maxLength: 40 }), (whats) => story(whats) === null),
      { numRuns: 200 },
    );
    const [whats] = checked.counterexample ?? [];
    expect(whats === undefined ? null : `${story(whats)}: ${whats.join(" ")}`).toBeNull();
  });
});
