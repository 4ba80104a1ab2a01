import * as contracts from "@gastown/contracts";
import type { Command } from "@gastown/contracts";
import { randomOf, type Random } from "./random.ts";
import { SimulatedCrew, type Behaviour } from "./simulated-crew.ts";
import { SimulatedForge } from "./simulated-forge.ts";
import { SimulatedMayor } from "./simulated-mayor.ts";
import { SimulatedPeople } from "./simulated-people.ts";
import type { SimulatedOrder, SimulatedReason, SimulatedTown } from "./simulated-town.ts";

/** Something said to the town that may be heard late, twice, or never. */
interface Fact {
  readonly command: Command;
  readonly data: unknown;
  readonly actor: string;
}

const begin = Date.UTC(2027, 0, 15);

/** What can happen, and how often. */
const happenings: readonly (readonly [weight: number, happen: (world: World) => void])[] = [
  [22, (world) => world.people.act(world.town.view())],
  [20, (world) => world.takeOrder()],
  [20, (world) => world.takeFact()],
  [16, ({ crew, random, now }) => crew.act(random.pick(behaviours) ?? "succeed", now)],
  [6, ({ crew, now }) => crew.beat(now)],
  [3, ({ mayor, now }) => mayor.act(now)],
  [6, ({ forge, now }) => forge.change(now)],
  [2, ({ forge, random, now }) => forge.person(random.chance(0.7) ? "merged" : "closed", now)],
  [4, (world) => world.loseSomething()],
  [4, (world) => world.pass(world.random.below(20) * 30_000)],
];
const totalWeight = happenings.reduce((sum, [weight]) => sum + weight, 0);

const behaviours: readonly Behaviour[] = [
  "succeed",
  "succeed",
  "succeed",
  "succeed",
  "fail",
  "lie",
  "quit",
  "crash",
  "vanish",
  "hang",
];

/**
 * A town with a made-up world around it: agents that succeed, fail, hang, lie or vanish, people that act late, a forge whose
 * facts repeat and reorder, and a clock that jumps. One seed is one history.
 */
export class World {
  readonly town: SimulatedTown;
  readonly random: Random;
  readonly forge: SimulatedForge;
  readonly crew: SimulatedCrew;
  readonly mayor: SimulatedMayor;
  readonly people: SimulatedPeople;
  now = begin;
  nextLook: number | null = null;
  settled = true;
  reasons: readonly SimulatedReason[] = [];
  /** Looks that decided something, one after another without anything new: rules that decide for ever. */
  restless = 0;
  /** What happened, in order. */
  readonly #happened: (() => string)[] = [];
  #orders: SimulatedOrder[] = [];
  #facts: Fact[] = [];

  constructor(town: SimulatedTown, seed: number) {
    this.town = town;
    this.random = randomOf(seed);
    const tell = (command: Command, data: unknown, actor = "service:world"): void => {
      this.#facts.push({ command, data, actor });
    };
    this.forge = new SimulatedForge(tell, this.random);
    this.crew = new SimulatedCrew({ tell, random: this.random, forge: this.forge });
    this.mayor = new SimulatedMayor(tell, this.random);
    this.people = new SimulatedPeople((command, data) => this.hear({ command, data, actor: "user:ann" }), this.random);
  }

  /** The town is founded with two rigs and small numbers, so that caps and cool-downs are met. */
  found(): void {
    const policy = {
      maxPolecatsPerRig: 2,
      maxPolecatsPerTown: 3,
      maxReworkRounds: 3,
      maxDispatchAttempts: 3,
      maxLandingAttempts: 2,
      breakerFailures: 8,
      breakerRigFailures: 6,
    };
    this.hear({ command: contracts.createTown, data: { name: "Simulated", policy }, actor: "user:ann" });
    for (const rig of ["web", "api"]) {
      const data = { rig, prefix: rig === "web" ? "gt" : "ap", source: `/src/${rig}` };
      this.hear({ command: contracts.addRig, data, actor: "user:ann" });
    }
  }

  /** What happened, in words, the last so many: the story of a failure. Words are made when somebody wants them. */
  story(last?: number): string[] {
    return (last === undefined ? this.#happened : this.#happened.slice(-last)).map((tell) => tell());
  }

  /** One thing happens. */
  step(): void {
    let dice = this.random.below(totalWeight);
    const happening = happenings.find(([weight]) => (dice -= weight) < 0);
    happening?.[1](this);
  }

  /** Time goes by; the town looks when it is due. */
  pass(ms: number): void {
    this.now += ms;
    if (this.nextLook !== null && this.nextLook <= this.now) this.look();
  }

  /** The world does all its work, well, and time goes on to whatever the town waits for, until nothing is left to do. */
  workItOut(rounds: number): void {
    for (let round = 0; round < rounds; round += 1) {
      this.#deliverAll();
      for (const run of this.crew.runs.values()) this.crew.behave(run, "succeed", this.now);
      this.mayor.rest(this.now);
      for (const pull of this.forge.live()) if (pull.state !== "ready") this.forge.move(pull, "ready", this.now);
      if (this.#facts.length > 0 || this.#orders.length > 0) continue;
      if (this.nextLook === null) return;
      this.now = Math.max(this.now + 1, this.nextLook);
      this.look();
    }
  }

  #deliverAll(): void {
    while (this.#facts.length > 0 || this.#orders.length > 0) {
      for (const order of this.#orders.splice(0)) this.#obey(order);
      for (const fact of this.#facts.splice(0)) this.hear(fact);
    }
  }

  /** The town hears it now, and the rules look. */
  hear({ command, data, actor }: Fact): void {
    this.now += 1;
    const parsed = command.data.parse(data);
    const verdict = this.town.tell(command, parsed, { actor, now: this.now });
    const { outcome, code } = verdict;
    this.#happened.push(() => `${command.type} ${JSON.stringify(data)} → ${outcome}${code ? ` ${code}` : ""}`);
    this.#ask(verdict.orders);
    if (verdict.outcome === "applied") this.look();
  }

  look(): void {
    const looked = this.town.look(this.now);
    this.settled = looked.settled;
    this.reasons = looked.reasons;
    this.restless =
      looked.orders.length > 0 && looked.nextLook !== null && looked.nextLook <= this.now ? this.restless + 1 : 0;
    this.nextLook = looked.nextLook;
    this.#ask(looked.orders);
  }

  #ask(orders: readonly SimulatedOrder[]): void {
    this.#orders.push(...orders);
    for (const { command, data } of orders)
      this.#happened.push(() => `  town asks ${command.type} ${JSON.stringify(data)}`);
  }

  /** One of the next orders reaches whom it is for, perhaps twice. */
  takeOrder(): void {
    const [order] = this.#orders.splice(this.random.below(Math.min(3, this.#orders.length)), 1);
    if (order === undefined) return;
    this.#obey(order);
    if (this.random.chance(0.15)) this.#obey(order);
  }

  /** One of the next facts reaches the town, perhaps twice. */
  takeFact(): void {
    const [fact] = this.#facts.splice(this.random.below(Math.min(3, this.#facts.length)), 1);
    if (fact === undefined) return;
    this.hear(fact);
    // A replica died before it could acknowledge: the same is told again, now or much later.
    if (this.random.chance(0.1)) this.hear(fact);
    if (this.random.chance(0.1)) this.#facts.push(fact);
  }

  /** An order or a fact reaches nobody. */
  loseSomething(): void {
    const queue = this.random.chance(0.5) ? this.#orders : this.#facts;
    queue.splice(this.random.below(queue.length), 1);
  }

  #obey(order: SimulatedOrder): void {
    if (this.mayor.obey(order, this.now)) return;
    this.forge.obey(order, this.now);
    this.crew.obey(order, this.now);
  }
}
