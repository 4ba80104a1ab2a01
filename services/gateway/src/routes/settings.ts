import { envName, getRig, getTown, updateRig, updateTown } from "@gastown/contracts";
import { z } from "zod";
import { policyChange, rig, townDetail } from "../api/named-schemas.ts";
import { rigPath, townPath } from "../api/parameters.ts";
import { askOwner } from "../ask-owner.ts";
import { commandOperation } from "../commands/command-operation.ts";
import type { GatewayContext } from "../context.ts";
import type { Operation } from "../operation.ts";
import { envDigest, sealEnv, type ClearEnv } from "../settings/seal-env.ts";

const env = z
  .record(envName, z.string().max(40_000).nullable())
  .optional()
  .describe("Variables of agents, in clear; null removes one. They are sealed at once, and shown as hints only");
const townSettings = updateTown.data.extend({ policy: policyChange.optional(), env }).strict();
const rigSettings = updateRig.data.omit({ rig: true }).extend({ env }).strict();

interface Given {
  env?: ClearEnv | undefined;
}

/** The body as a command carries it: variables sealed. */
async function sealed<B extends Given>(
  { env: given, ...body }: B,
  { config }: GatewayContext,
  stored: () => Promise<Record<string, string>>,
) {
  return { ...body, ...(given !== undefined && { env: await sealEnv(given, config.secretKey, stored) }) };
}

/** What an Idempotency-Key stands for: the body, without variables in clear. */
function sameness({ body }: { body: Given }, { config }: GatewayContext): unknown {
  return body.env === undefined ? body : { ...body, env: envDigest(body.env, config.secretKey) };
}

const description =
  "Policy numbers given replace those stored; the others stay. In `models` and `env` null removes a name, in `instructions` an empty text does. A variable whose value is the hint that is shown stays as it is.";

/** What people set for a town, and for one rig of it. */
export const settingsOperations: Operation[] = [
  commandOperation({
    id: "updateTown",
    method: "patch",
    path: "/v1/towns/{town}",
    tag: "Towns",
    summary: "Change a town's name, models, instructions, variables or policy",
    description,
    scope: "admin",
    params: townPath,
    body: townSettings,
    descriptor: updateTown,
    town: ({ params }) => params.town,
    data: ({ params: { town }, body }, _, context) =>
      sealed(body, context, async () => (await askOwner(context, getTown, { town, data: {} })).data.env),
    sameness,
    reply: townDetail,
    read: ({ params }, _, context) => askOwner(context, getTown, { town: params.town, data: {} }),
  }),
  commandOperation({
    id: "updateRig",
    method: "patch",
    path: "/v1/towns/{town}/rigs/{rig}",
    tag: "Rigs",
    summary: "Change what a rig sets for itself",
    description: `${description} \`policy: null\` drops all of the rig's own. What a rig sets goes before what its town sets.`,
    scope: "admin",
    params: rigPath,
    body: rigSettings,
    descriptor: updateRig,
    town: ({ params }) => params.town,
    data: async ({ params, body }, _, context) => {
      const at = { town: params.town, data: { rig: params.rig } };
      const change = await sealed(body, context, async () => (await askOwner(context, getRig, at)).data.env);
      return { ...change, rig: params.rig };
    },
    sameness,
    reply: rig,
    read: ({ params }, _, context) => askOwner(context, getRig, { town: params.town, data: { rig: params.rig } }),
  }),
];
