import type { Command } from "@gastown/contracts";
import type { Bead } from "../../services/town/src/domain/bead.ts";
import { evolveAll } from "../../services/town/src/domain/evolve.ts";
import type { Decided } from "../../services/town/src/domain/input.ts";
import { findInput } from "../../services/town/src/domain/inputs/index.ts";
import { settle } from "../../services/town/src/domain/reconcile.ts";
import type { Rule } from "../../services/town/src/domain/rule.ts";
import { rules as allRules } from "../../services/town/src/domain/rules/index.ts";
import type { TownState } from "../../services/town/src/domain/state.ts";
import { inOrder, visibleTo } from "../../services/town/src/domain/visible.ts";
import { ordersOfChanges } from "../../services/town/src/handlers/change-orders.ts";
import { effectsOf } from "../../services/town/src/handlers/decision-effects.ts";
import type { Order } from "../../services/town/src/handlers/effects/order.ts";

/** The domain of a town without anything around it: what the service does, but for the store and the bus. */
export class PureTown {
  state: TownState | null = null;
  readonly #rules: readonly Rule[];
  #commands = 0;

  constructor(rules: readonly Rule[] = allRules) {
    this.#rules = rules;
  }

  /** The command is decided, and if it was applied its changes have happened. */
  tell(
    command: Command,
    data: unknown,
    { actor, now }: { actor: string; now: number },
  ): Decided & { orders: readonly Order[] } {
    this.#commands += 1;
    const cause = `cmd-${this.#commands}`;
    const context = { town: "simulated", now, actor, cause, trace: { correlation: cause, traceparent: null } };
    const input = findInput(command.type);
    if (input === undefined) throw new Error(`no input for ${command.type}`);
    const decided = input.decide(this.state === null ? null : inOrder(this.state), data, context);
    if (decided.outcome !== "applied") return { ...decided, orders: [] };
    const orders = ordersOfChanges(decided.changes, this.state);
    this.state = evolveAll(this.state, decided.changes, now);
    return { ...decided, orders };
  }

  /** The rules have looked, and what they decided has happened. */
  look(now: number) {
    if (this.state === null) return { orders: [], nextLook: null, settled: true, reasons: [] };
    const before = visibleTo(this.state, 0);
    const { steps, said, nextLook, settled } = settle(before, now, this.#rules);
    this.state = evolveAll(
      this.state,
      steps.flatMap(({ changes }) => changes),
      now,
    );
    const reasons = said.map(({ bead, rule, until, movesWhen }) => ({ bead, rule, until, movesWhen }));
    return { orders: steps.flatMap((step) => effectsOf(step).commands), nextLook, settled, reasons };
  }

  view() {
    const { town, beads, agents, nudges } = this.state ?? emptyTown;
    return {
      stopped: town?.stopped !== undefined && town.stopped !== null,
      beads: [...beads.values()].map(viewOf),
      agents: [...agents.values()].map(({ agent, role, rig, status, hook, generation }) => ({
        agent,
        role,
        rig,
        status,
        hook,
        generation,
      })),
      unsaid: [...nudges.values()].flatMap(({ nudge, state, expiresAt }) =>
        state === "pending" && expiresAt === null ? [nudge] : [],
      ),
      caps: { perRig: town?.policy.maxPolecatsPerRig ?? 0, perTown: town?.policy.maxPolecatsPerTown ?? 0 },
    };
  }
}

const nothing = new Map<string, never>();
const emptyTown = { town: undefined, beads: nothing, agents: nothing, nudges: nothing };

function viewOf(bead: Bead) {
  const { type, status, rig, assignee } = bead;
  const request = bead.type === "merge_request" ? bead.request : null;
  return {
    bead: bead.bead,
    type,
    kind: bead.type === "issue" ? bead.kind : null,
    status,
    rig,
    assignee,
    convoy: bead.type === "issue" ? bead.convoy : null,
    source: request?.source ?? null,
    branch: request?.branch ?? null,
  };
}
