import { answer, consumeCommands, QueryError, type Bus } from "@gastown/bus";
import {
  getTown,
  linkInstallation,
  listInstallations,
  listTowns,
  requestInstallation,
  verifyInstallation,
  type Envelope,
  type ReplyOf,
  type Verdict,
} from "@gastown/contracts";
import { silent } from "../../test/start-gateway.ts";

/** What the owners say in a test, and what they were told. */
export interface Owners {
  verify: () => ReplyOf<typeof verifyInstallation>;
  /** The verdict's code; null: applied. */
  refuse: Verdict["code"] | null;
  readonly asked: { town: string; data: unknown }[];
  readonly told: Pick<Envelope, "type" | "townid" | "actor" | "data">[];
}

const towns = new Set(["acme", "beta"]);
const townView = {
  policyOverride: {},
  model: null,
  models: {},
  instructions: {},
  env: {},
  stopped: null,
  breaker: { town: false, rigs: [] },
};

function viewOf(town: string): ReplyOf<typeof getTown> {
  return { town, name: town.toUpperCase(), ...townView } as unknown as ReplyOf<typeof getTown>;
}

/** Town and scm as far as a visit to GitHub needs them; the towns are `acme` and `beta`. */
export function answerOwners(bus: Bus, signal: AbortSignal): Owners {
  const owners: Owners = { verify: () => ({ outcome: "no_app" }), refuse: null, asked: [], told: [] };
  const options = { logger: silent, signal };
  answer(
    bus,
    getTown,
    (town) =>
      towns.has(town)
        ? Promise.resolve({ seq: 1, data: viewOf(town) })
        : Promise.reject(new QueryError("not_found", `There is no town ${town}.`)),
    options,
  );
  answer(bus, listTowns, () => Promise.resolve({ seq: 1, data: { items: [], next: null } }), options);
  answer(bus, listInstallations, () => Promise.resolve({ seq: 1, data: { items: [], next: null } }), options);
  answer(
    bus,
    verifyInstallation,
    (town, data) => {
      owners.asked.push({ town, data });
      return Promise.resolve({ seq: null, data: owners.verify() });
    },
    options,
  );
  consumeCommands(bus, {
    owner: "scm",
    service: "scm",
    ...options,
    handle: ({ envelope: { id, type, townid, actor, data } }) => {
      owners.told.push({ type, townid, actor, data });
      const known = [linkInstallation.type, requestInstallation.type].includes(type);
      const { refuse } = owners;
      if (known && refuse === null)
        return Promise.resolve({ outcome: "applied", verdict: { command: id, outcome: "applied" } });
      const verdict: Verdict = { command: id, outcome: "refused", code: refuse ?? "invalid", message: "no" };
      return Promise.resolve({ outcome: "refused", verdict });
    },
  });
  return owners;
}
