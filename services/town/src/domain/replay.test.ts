import { findCommand } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import { aContext, anIssue, aRig, aSnapshot, now } from "./builders.ts";
import type { Change } from "./change.ts";
import { evolveAll } from "./evolve.ts";
import { findInput } from "./inputs/index.ts";
import { settle } from "./reconcile.ts";
import { beginReplay, differencesFromToday, replayEntry, type Entry, type Replay } from "./replay.ts";
import type { TownState } from "./state.ts";
import { visibleTo } from "./visible.ts";

/** A town that keeps the log the store would keep. */
class Logged {
  state: TownState | null = null;
  log: Entry[] = [];
  time = now;

  #keep(changes: readonly Change[], cause: string, input: Entry["input"]): void {
    const { trace } = aContext();
    this.state = evolveAll(this.state, changes, this.time);
    // Entries of other towns stand between.
    const entry = this.log.length * 3 + 1;
    this.log.push({ entry, at: this.time, actor: "user:ann", cause, trace, changes, input });
  }

  tell(type: string, given: unknown): void {
    this.time += 1000;
    // As it comes off the bus: with what is left out filled in.
    const data = findCommand(type)?.data.parse(given);
    const decided = findInput(type)?.decide(this.state, data, aContext({ now: this.time, cause: type }));
    if (decided?.outcome !== "applied") throw new Error(`${type}: ${JSON.stringify(decided)}`);
    this.#keep(decided.changes, type, { kind: "input", type, data });
  }

  /** What the store counts, and no change says. */
  saved(rig: string, version: number): void {
    const known = this.state?.rigs.get(rig);
    if (this.state === null || known === undefined) throw new Error(`there is no rig ${rig}`);
    this.state = { ...this.state, rigs: new Map(this.state.rigs).set(rig, { ...known, version }) };
  }

  look(): void {
    if (this.state === null) throw new Error("there is no town");
    const asOf = this.log.at(-1)?.entry ?? 0;
    const { steps } = settle(visibleTo(this.state, 0), this.time);
    const decisions = steps.map(({ rule, decision }) => ({ rule, decision }));
    const changes = steps.flatMap((step) => step.changes);
    this.#keep(changes, "rules", { kind: "look", asOf, listeningSince: 0, decisions });
  }
}

function aLoggedTown(): Logged {
  const town = new Logged();
  town.tell("town.town.create", { name: "Demo", policy: {}, model: null });
  const { rig, prefix, source, check } = aRig({ check: "npm test" });
  town.tell("town.rig.add", { rig, prefix, source, defaultBranch: null, check, requiredApprovals: 0 });
  town.look();
  town.tell("town.rig.report", { rig, state: "ready", defaultBranch: "main", cloneUrl: "http://forge", reason: null });
  const bead = { rig, title: "Do it", body: "", priority: "high", labels: [], dependsOn: [], held: false };
  town.tell("town.bead.create", bead);
  town.look();
  return town;
}

const replayed = (entries: readonly Entry[]): Replay => entries.reduce(replayEntry, beginReplay("demo"));

describe("replay", () => {
  it("rebuilds the town, and deciding every entry again changes nothing", () => {
    const { log, state } = aLoggedTown();
    const rebuilt = replayed(log);
    expect(rebuilt).toMatchObject({ differences: [], entries: log.length, entry: log.at(-1)?.entry });
    expect(rebuilt.state?.agents.size).toBe(1);
    expect(differencesFromToday(rebuilt.state, state)).toEqual([]);
  });

  it("does not take for a difference how often a rig was saved that failed and is added anew", () => {
    const town = new Logged();
    town.tell("town.town.create", { name: "Demo", policy: {}, model: null });
    const { rig, prefix, source, check } = aRig();
    const given = { rig, prefix, source, defaultBranch: null, check, requiredApprovals: 0 };
    town.tell("town.rig.add", given);
    const failed = { rig, state: "failed", defaultBranch: null, cloneUrl: null, reason: "it is not there" };
    town.tell("town.rig.report", failed);
    town.saved(rig, 3);
    town.tell("town.rig.add", given);
    expect(replayed(town.log).differences).toEqual([]);
  });

  it("stops where it is told, with the town as it was", () => {
    const { log } = aLoggedTown();
    const early = replayed(log.slice(0, 4));
    expect(early.state?.rigs.get("web")?.state).toBe("ready");
    expect(early.state?.beads.size).toBe(0);
  });

  it("decides a look on the town it had seen, not on what came between", () => {
    const town = aLoggedTown();
    const asOf = town.log.at(-1)?.entry ?? 0;
    town.tell("town.town.update", { policy: { maxPolecatsPerRig: 1 } });
    const late = town.log.at(-2);
    if (late?.input.kind !== "look") throw new Error("the entry before is a look");
    // The same look, saved after the update: it had not seen it.
    const again = { ...late, entry: asOf + 6, input: { ...late.input, asOf: late.input.asOf }, changes: late.changes };
    const entries = [...town.log.slice(0, -2), ...town.log.slice(-1), again];
    expect(replayed(entries).differences).toEqual([]);
  });

  it.each<[string, (log: Entry[]) => Entry[], RegExp]>([
    [
      "an input that is decided otherwise today",
      (log) => log.map((e) => (e.cause === "town.bead.create" ? { ...e, changes: [withTitle(e.changes)] } : e)),
      /town\.bead\.create.*the same changes with other contents/,
    ],
    [
      "a look that decides nothing today",
      (log) => [...log, { ...lookOf(log), entry: 1000, input: { ...lookInput(log), asOf: 999 } }],
      /decided again: nothing/,
    ],
  ])("tells of %s", (_what, alter, difference) => {
    const { log } = aLoggedTown();
    const attempt = (): string[] => [...replayed(alter(log)).differences];
    expect(attempt().join("\n")).toMatch(difference);
  });

  it("tells what is stored otherwise than it follows", () => {
    const state = aSnapshot({ beads: [anIssue("gt-1"), anIssue("gt-2")] });
    const other = aSnapshot({ beads: [anIssue("gt-1", { title: "Another", version: 9 }), anIssue("gt-3")] });
    expect(differencesFromToday(state, other)).toEqual([
      "bead gt-1 differs in title",
      "bead gt-2 follows from the log, but is not stored",
      "bead gt-3 is stored, but follows from nothing",
    ]);
    expect(differencesFromToday(null, state)).toHaveLength(1);
    expect(differencesFromToday(null, null)).toEqual([]);
  });
});

function withTitle([change]: readonly Change[]): Change {
  if (change?.type !== "bead.created") throw new Error("a bead was created");
  return { ...change, bead: { ...change.bead, title: "Forged" } };
}
function lookOf(log: readonly Entry[]): Entry {
  const found = log.find(({ input }) => input.kind === "look");
  if (found === undefined) throw new Error("there is no look");
  return found;
}
function lookInput(log: readonly Entry[]): Extract<Entry["input"], { kind: "look" }> {
  const { input } = lookOf(log);
  if (input.kind !== "look") throw new Error("it is a look");
  return input;
}
