import * as fc from "fast-check";
import { expect, test } from "vitest";
import { containerBegun, containerEnded, startAnswered, startAsked, stopAsked } from "./acted.ts";
import { changes } from "./changes.ts";
import { giveUpModels, modelAsked, modelTaken, modelTold } from "./model-wishes.ts";
import { giveUpNudges, nudgeAsked, nudgeGiven } from "./nudged.ts";
import { observe } from "./observe.ts";
import { idleStopped } from "./places.ts";
import { plan } from "./plan.ts";
import type { Action } from "./planning.ts";
import { mayorGotReady } from "./remembered-mayor.ts";
import type { SeenContainer, SeenStatus } from "./seen.ts";
import type { TownState } from "./state.ts";
import {
  aContainer,
  aMayorJob,
  aModelWish,
  anAgent,
  aNudge,
  aTown,
  aWish,
  free,
  limits,
  now as begin,
} from "./test/builders.ts";

/** A machine on which everything works: what is asked for has happened at the next look. */
interface World {
  containers: SeenContainer[];
  agents: SeenStatus["agents"][number][];
  /** Nudges that agents were given. */
  said: string[];
  /** Agents whose hosts were through with a model. */
  changed: string[];
}

function act(state: TownState, world: World, { action, now }: { action: Action; now: number }): TownState {
  switch (action.kind) {
    case "kill-leftovers":
    case "kill-container": {
      world.containers = world.containers.filter(({ name }) => name !== action.container);
      if (action.kind === "kill-leftovers") return state;
      world.agents = [];
      return containerEnded(state, action.reason, now);
    }
    case "start-container": {
      const { container: name, generation } = action;
      const begun = containerBegun(state, generation, now);
      if (begun === null) return state;
      world.containers = [...world.containers, { name, generation, alive: true, watched: true, ended: null }];
      world.agents = [];
      return begun;
    }
    case "start-agent": {
      const asked = startAsked(state, action, now);
      if (asked === null) return state;
      world.agents = [
        ...world.agents.filter(({ agent }) => agent !== action.agent),
        { agent: action.agent, generation: action.generation, state: "running" },
      ];
      return startAnswered(asked, action, { outcome: "accepted" });
    }
    case "stop-agent":
      world.agents = world.agents.filter(({ agent }) => agent !== action.agent);
      return stopAsked(state, action, now);
    case "give-nudges":
      return action.nudges.reduce((after, nudge) => {
        world.said.push(nudge);
        return nudgeGiven(nudgeAsked(after, nudge, now) ?? after, nudge, now) ?? after;
      }, state);
    case "change-model": {
      const asked = modelAsked(state, action.agent, { name: "m", now });
      const wish = asked?.models.get(action.agent);
      if (asked === null || wish === undefined) return state;
      world.changed.push(wish.agent);
      const told = { agent: wish.agent, generation: wish.generation, wished: "m" };
      return modelTold(modelTaken(asked, wish) ?? asked, told).state;
    }
    case "give-model-key":
      throw new Error("it has the newest");
    case "prewarm-mayor":
      return mayorGotReady(state, action.container);
    case "vouch":
      return state;
    case "stop-idle-container":
      world.containers = [];
      world.agents = [];
      return containerEnded(idleStopped(state, { reason: action.reason, now }), action.reason, now);
    case "await-place":
    case "yield-container":
      throw new Error("there are places for everybody");
  }
}

const names = ["gt-1", "gt-2", "gt-3", "gt-4"];
const anyAgentState = fc.constantFrom("waiting", "starting", "running", "stopping", "exited", "failed" as const);
const anyTown = fc
  .record({
    generation: fc.constantFrom(1, 2),
    container: fc.constantFrom("starting", "running", "stopping", "stopped" as const),
    wishes: fc.array(fc.record({ agent: fc.constantFrom(...names), generation: fc.constantFrom(1, 2) }), {
      maxLength: 4,
    }),
    agents: fc.array(
      fc.record({ agent: fc.constantFrom(...names), generation: fc.constantFrom(1, 2), state: anyAgentState }),
      { maxLength: 4 },
    ),
    nudges: fc.array(fc.record({ agent: fc.constantFrom(...names), generation: fc.constantFrom(1, 2) }), {
      maxLength: 3,
    }),
    models: fc.uniqueArray(fc.record({ agent: fc.constantFrom(...names), generation: fc.constantFrom(1, 2) }), {
      selector: ({ agent }) => agent,
      maxLength: 3,
    }),
    mayor: fc.constantFrom(null, ...names),
  })
  .map(({ generation, container: state, wishes, agents, nudges, models, mayor }) => {
    const stoppedAt = state === "stopped" ? begin - 10 : null;
    const known = agents.map((one) => anAgent(one.agent, { ...one, container: `river-${generation}` }));
    return aTown({
      container: aContainer({ generation, state, stoppedAt }),
      // A wish of a start that has ended is never stored.
      wishes: wishes
        .filter((wish) => !known.some((one) => one.agent === wish.agent && one.generation >= wish.generation))
        .map((wish) => aWish(wish.agent, wish)),
      agents: known,
      nudges: nudges.map((one, index) => aNudge(`n-${index}`, one)),
      models: models.map((one) => aModelWish(one.agent, one)),
      ...(mayor !== null && { mayor: { job: aMayorJob(mayor), readyIn: null } }),
    });
  });
const anyWorld = fc.record({
  containers: fc.uniqueArray(
    fc.record({ generation: fc.constantFrom(1, 2, 3), alive: fc.boolean() }).map(({ generation, alive }) => {
      return { name: `river-${generation}`, generation, alive, watched: true, ended: alive ? null : "exit code 1" };
    }),
    { selector: ({ generation }) => generation },
  ),
  agents: fc.uniqueArray(
    fc.record({
      agent: fc.constantFrom(...names),
      generation: fc.constantFrom(1, 2),
      state: fc.constantFrom("starting", "running" as const),
    }),
    { selector: ({ agent }) => agent },
  ),
});

test("from any state, on a machine that works, a few looks end in: what is wished runs or is said, what is not wished does not", () => {
  fc.assert(
    fc.property(anyTown, anyWorld, (town, found) => {
      const world: World = { ...found, said: [], changed: [] };
      const failed: string[] = [];
      const unchanged: string[] = [];
      let state = town;
      let now = begin;
      const ended = new Map<string, number>();
      const actions = (): readonly Action[] => {
        const answering = world.containers.some(({ alive }) => alive);
        const seen = {
          containers: world.containers,
          status: answering ? { draining: false, keyed: true, agents: world.agents } : null,
          reachableSince: 0,
          places: free,
        };
        const observed = observe(state, seen, { now, limits: { ...limits, maxAgents: 4 } });
        const { state: unsaid, failed: given } = giveUpNudges(observed);
        failed.push(...given.map(({ nudge }) => nudge.nudge));
        const { state: after, failed: models } = giveUpModels(unsaid);
        unchanged.push(...models.map(({ wish }) => wish.agent));
        for (const fact of changes(state, after)) {
          if (fact.kind !== "agent-ended") continue;
          const start = `${fact.agent}/${fact.generation}`;
          ended.set(start, (ended.get(start) ?? 0) + 1);
        }
        state = after;
        const made = plan(state, seen, { now, limits: { ...limits, maxAgents: 4 } });
        return made.actions.filter(({ kind }) => kind !== "vouch");
      };
      let looks = 0;
      for (let todo = actions(), calm = 0; calm < 4; todo = actions()) {
        for (const action of todo) state = act(state, world, { action, now });
        now += limits.silentMs;
        calm = todo.length === 0 ? calm + 1 : 0;
        looks += 1;
        expect(looks).toBeLessThan(20); // else it goes on and on
      }
      const wished = [...state.wishes.values()].map(({ agent, generation }) => `${agent}/${generation}`);
      const runs =
        world.containers.length === 0 ? [] : world.agents.map(({ agent, generation }) => `${agent}/${generation}`);
      expect(runs.toSorted()).toEqual(wished.toSorted());
      expect(world.containers.length).toBeLessThanOrEqual(1);
      const told = [...world.said, ...failed];
      expect(told.toSorted()).toEqual([...town.nudges.keys()].toSorted()); // each was said, or told to have failed, once
      const changed = [...world.changed, ...unchanged];
      expect(changed.toSorted()).toEqual([...town.models.keys()].toSorted()); // and so with each model
      expect(Math.max(0, ...ended.values())).toBeLessThanOrEqual(1); // an end is told once
    }),
    { numRuns: 1_000 },
  );
});
