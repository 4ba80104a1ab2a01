import { dryRunReconcile, estopTown, getTown, reconcileNow, thawTown } from "@gastown/contracts";
import { z } from "zod";
import { look, townDetail } from "../api/named-schemas.ts";
import { flag, townPath } from "../api/parameters.ts";
import { askOwner } from "../ask-owner.ts";
import { commandOperation, readBack, type CommandForm } from "../commands/command-operation.ts";
import { accept, carryOut } from "../commands/send.ts";
import type { GatewayContext } from "../context.ts";
import { operation, type Operation, type Reply } from "../operation.ts";

const tag = "Safety";

/** What commands to a whole town have in common: its path, and the town as it is afterwards. */
const toTown = {
  method: "post",
  tag,
  params: townPath,
  reply: townDetail,
  town: ({ params }) => params.town,
  read: ({ params }, _, context) => askOwner(context, getTown, { town: params.town, data: {} }),
} satisfies Partial<CommandForm<typeof estopTown, typeof townPath, z.ZodObject, typeof townDetail>>;

async function lookAt(
  context: GatewayContext,
  asked: { town: string; dryRun: boolean; signal?: AbortSignal },
): Promise<Reply<z.output<typeof look>>> {
  const { dryRun, ...rest } = asked;
  const { seq, data } = await askOwner(context, dryRunReconcile, { ...rest, data: {} });
  return { seq, data: { ...data, dryRun } };
}

export const safetyOperations: Operation[] = [
  commandOperation({
    ...toTown,
    id: "estopTown",
    path: "/v1/towns/{town}/estop",
    summary: "Stop everything in a town",
    description: "Agents are stopped with their work saved; nothing is dispatched or merged until `thaw`.",
    body: estopTown.data.strict(),
    bodyOptional: true,
    descriptor: estopTown,
    data: ({ body }) => body,
  }),
  commandOperation({
    ...toTown,
    id: "thawTown",
    path: "/v1/towns/{town}/thaw",
    summary: "Let a stopped town go on",
    description: "Also forgets what the breaker counted.",
    descriptor: thawTown,
    data: () => ({}),
  }),
  operation({
    id: "reconcileTown",
    method: "post",
    path: "/v1/towns/{town}/reconcile",
    tag,
    summary: "Let the rules look at a town now, or only say what they would decide",
    description:
      "With `dryRun=true` nothing is changed or sent: the answer is what the rules would decide now, and why. Without, the town is looked at, and the answer is what is left to decide when that was ordered.",
    scope: "write",
    sends: true,
    params: townPath,
    query: z.strictObject({ dryRun: flag.default(false).describe("Only say what would be decided") }),
    reply: look,
    async handle({ params: { town }, query: { dryRun } }, request, context) {
      const { signal } = request;
      if (dryRun) return lookAt(context, { town, dryRun, signal });
      const order = { descriptor: reconcileNow, town, data: {}, body: {} };
      if (request.respondAsync) return accept(order, request, context);
      const verdict = await carryOut(order, request, context);
      return readBack(() => lookAt(context, { town, dryRun }), { verdict, owner: "town", town });
    },
  }),
];
