import { policy } from "@gastown/contracts";
import type { Rig } from "../domain/rig.ts";
import type { Town } from "../domain/town.ts";
import { toDate, toMs } from "./moments.ts";
import type { rigs } from "./schema/rigs.ts";
import type { towns } from "./schema/towns.ts";

/** A town as the domain knows it. */
export function townOf(row: typeof towns.$inferSelect): Town {
  const { nextLookAt: _nextLookAt, createdAt, spentSince, ...town } = row;
  return {
    ...town,
    policy: policy.parse(town.policyOverride),
    createdAt: toMs(createdAt),
    spentSince: toMs(spentSince),
  };
}

/** A town as its table has it, but for when it is due. */
export function townRow(town: Town): Omit<typeof towns.$inferInsert, "nextLookAt"> {
  const { policy: _policy, createdAt, spentSince, ...fields } = town;
  return {
    ...fields,
    failures: [...town.failures],
    open: [...town.open],
    createdAt: toDate(createdAt),
    spentSince: toDate(spentSince),
  };
}

/** A rig as the domain knows it. */
export function rigOf(row: typeof rigs.$inferSelect): Rig {
  const { town: _town, correlation, traceparent, askedAt, createdAt, ...rig } = row;
  return { ...rig, askedAt: toMs(askedAt), createdAt: toMs(createdAt), trace: { correlation, traceparent } };
}

/** A rig as its table has it. */
export function rigRow(town: string, rig: Rig): typeof rigs.$inferInsert {
  const { trace, askedAt, createdAt, ...fields } = rig;
  return { ...fields, ...trace, town, askedAt: toDate(askedAt), createdAt: toDate(createdAt) };
}
