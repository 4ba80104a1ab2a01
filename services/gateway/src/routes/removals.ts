import {
  beadId,
  deleteBeads,
  deleteBeadsWhere,
  deleteTown,
  getTown,
  removeRig,
  rigId,
  townId,
  type Verdict,
} from "@gastown/contracts";
import { z } from "zod";
import { beadPath, flag, rigPath, townPath } from "../api/parameters.ts";
import { askOwner } from "../ask-owner.ts";
import { commandOperation } from "../commands/command-operation.ts";
import { accept, carryOut } from "../commands/send.ts";
import type { GatewayContext } from "../context.ts";
import { operation, type GatewayRequest, type Operation } from "../operation.ts";
import { Problem } from "../problem.ts";

const gone = z.object({
  deleted: z.array(beadId).describe("Every bead that is gone, children too"),
  missing: z.array(beadId).describe("Ids that do not exist"),
  more: z.boolean().describe("There are more of these statuses: send it again"),
});
const wanted = z
  .strictObject({
    beads: deleteBeads.data.shape.beads.optional().describe("These"),
    status: deleteBeadsWhere.data.shape.status.optional().describe("Or all of these statuses, at most 500 at once"),
    rig: deleteBeadsWhere.data.shape.rig.describe("With `status`: only this rig's"),
    type: deleteBeadsWhere.data.shape.type.describe("With `status`: only these types"),
  })
  .superRefine(({ beads, status, rig, type }, context) => {
    const object = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    if (beads === undefined && status === undefined) object("beads", "is required, unless `status` is given");
    if (beads === undefined) return;
    for (const [name, value] of Object.entries({ status, rig, type }))
      if (value !== undefined) object(name, "goes with `status` alone, not with `beads`");
  });

/** The town's sequence after beads were deleted, with which they are. */
async function readGone(context: GatewayContext, town: string, verdict: Verdict) {
  const { seq } = await askOwner(context, getTown, { town, data: {} });
  return { seq, data: gone.parse({ missing: [], more: false, ...verdict.result }) };
}

/** Nobody comes in by a token of a town that is gone, should there be another of its name one day. */
async function revokeTokens({ tokens, sessions }: GatewayContext, town: string): Promise<void> {
  for (const id of await tokens.revokeTown(town)) sessions.revoke(id);
}

async function removeTown(town: string, request: GatewayRequest, context: GatewayContext) {
  const order = { descriptor: deleteTown, town, data: {}, body: {} };
  if (request.respondAsync) {
    const accepted = await accept(order, request, context);
    await revokeTokens(context, town);
    return accepted;
  }
  await carryOut(order, request, context);
  await revokeTokens(context, town);
  return { seq: null, data: { town } };
}

export const removalOperations: Operation[] = [
  operation({
    id: "deleteTown",
    method: "delete",
    path: "/v1/towns/{town}",
    tag: "Towns",
    summary: "Delete a town with everything in it",
    description:
      "Its containers are stopped, its repositories removed from the local forge, its tokens revoked. It cannot be undone.",
    scope: "admin",
    sends: true,
    params: townPath,
    reply: z.object({ town: townId }),
    handle: ({ params }, request, context) => removeTown(params.town, request, context),
  }),
  commandOperation({
    id: "removeRig",
    method: "delete",
    path: "/v1/towns/{town}/rigs/{rig}",
    tag: "Rigs",
    summary: "Remove a rig with all its beads and agents",
    description: "Refused while it has live work, unless `force`. It cannot be undone.",
    scope: "admin",
    params: rigPath,
    query: z.strictObject({ force: flag.default(false).describe("Though it has live work") }),
    descriptor: removeRig,
    town: ({ params }) => params.town,
    data: ({ params, query }) => ({ rig: params.rig, force: query.force }),
    reply: z.object({ rig: rigId, deleted: z.int().describe("How many beads went with it") }),
    async read({ params: { town, rig } }, { result }, context) {
      const { seq } = await askOwner(context, getTown, { town, data: {} });
      return { seq, data: z.object({ rig: rigId, deleted: z.int().default(0) }).parse({ rig, ...result }) };
    },
  }),
  commandOperation({
    id: "deleteBead",
    method: "delete",
    path: "/v1/towns/{town}/beads/{bead}",
    tag: "Beads",
    summary: "Delete a bead with its children",
    description:
      "Whatever refers to them goes too: nudges, mail, timers, pending messages. Messages about them are terminal from now on. It cannot be undone.",
    params: beadPath,
    descriptor: deleteBeads,
    town: ({ params }) => params.town,
    subject: ({ params }) => `bead/${params.bead}`,
    data: ({ params }) => ({ beads: [params.bead] }),
    reply: gone,
    async read({ params: { town, bead } }, verdict, context) {
      const reply = await readGone(context, town, verdict);
      if (!reply.data.missing.includes(bead)) return reply;
      throw new Problem("bead_not_found", { detail: `There is no bead ${bead} in town ${town}.` });
    },
  }),
  operation({
    id: "deleteBeads",
    method: "post",
    path: "/v1/towns/{town}/beads/delete",
    tag: "Beads",
    summary: "Delete beads, named or all of a status, with their children",
    description:
      "Give `beads`, or `status` with `rig` and `type` when wanted. Ids that do not exist are told, not refused. It cannot be undone.",
    scope: "write",
    sends: true,
    params: townPath,
    body: wanted,
    reply: gone,
    async handle({ params: { town }, body }, request, context) {
      const { beads, status, rig, type } = body;
      const named = { descriptor: deleteBeads, town, body, data: { beads: beads ?? [] } };
      const where = { descriptor: deleteBeadsWhere, town, body, data: { status: status ?? [], rig, type } };
      if (request.respondAsync)
        return beads === undefined ? accept(where, request, context) : accept(named, request, context);
      const verdict = await (beads === undefined
        ? carryOut(where, request, context)
        : carryOut(named, request, context));
      return readGone(context, town, verdict);
    },
  }),
];
