import type { Random } from "@gastown/testkit/simulator";
import { killHard } from "../e2e/gastown-process.ts";
import type { Product } from "./product.ts";
import { natsPid, postgresPid, runningParts } from "./running-parts.ts";

const kinds = ["agent", "host", "container", "server", "nats-server", "postgres"] as const;
export type Kind = (typeof kinds)[number];

/** How often each kind is chosen, compared with the others: what the product is to survive daily comes up most. */
const weights: Record<Kind, number> = { agent: 5, host: 3, container: 2, server: 3, "nats-server": 1, postgres: 1 };

/** One kind by chance. */
export function chooseKind(random: Random): Kind {
  let left = random.next() * Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  for (const kind of kinds) {
    left -= weights[kind];
    if (left < 0) return kind;
  }
  return "agent";
}

async function pidsOf(kind: Kind, { state, pid }: Product, random: Random): Promise<(number | null)[]> {
  const { agents, hosts, agentsOf } = await runningParts(state);
  const host = random.pick(hosts);
  switch (kind) {
    case "agent":
      return [random.pick(agents)?.pid ?? null];
    case "host":
      return [host?.pid ?? null];
    case "container":
      return host === undefined ? [] : [host, ...agentsOf(host)].map((part) => part.pid);
    case "server":
      return [await pid()];
    case "nats-server":
      return [await natsPid(state)];
    case "postgres":
      return [await postgresPid(state)];
  }
}

/** kill -9 of one part of this kind; which of them chance decides. Answers the pids, none when there is no such part now. */
export async function killPart(kind: Kind, product: Product, random: Random): Promise<number[]> {
  const pids = (await pidsOf(kind, product, random)).filter((pid) => pid !== null && pid > 1) as number[];
  for (const pid of pids) killHard(pid);
  return pids;
}
