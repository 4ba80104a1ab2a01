import { beadId, closeBead, createBead, getBead, slingBead, updateBead } from "@gastown/contracts";
import type { z } from "zod";
import { bead } from "../api/named-schemas.ts";
import { beadPath, townPath } from "../api/parameters.ts";
import { askOwner } from "../ask-owner.ts";
import { commandOperation, readBack, type CommandForm } from "../commands/command-operation.ts";
import { accept, carryOut } from "../commands/send.ts";
import { operation, type Operation } from "../operation.ts";
import { madeBead } from "./beads.ts";

const tag = "Beads";

/** What commands to one bead have in common: its path, and the bead as it is afterwards. */
const toBead = {
  tag,
  params: beadPath,
  reply: bead,
  town: ({ params }) => params.town,
  subject: ({ params }) => `bead/${params.bead}`,
  read: ({ params }, _, context) => askOwner(context, getBead, { town: params.town, data: { bead: params.bead } }),
} satisfies Partial<CommandForm<typeof updateBead, typeof beadPath, z.ZodObject, typeof bead>>;

const slingNew = createBead.data.omit({ held: true }).extend({ agent: beadId.optional() }).strict();

export const beadChangeOperations: Operation[] = [
  commandOperation({
    ...toBead,
    id: "updateBead",
    method: "patch",
    path: "/v1/towns/{town}/beads/{bead}",
    summary: "Change a live bead",
    description: "Fields not given stay. `dependsOn` replaces all dependencies; `held` holds it back or lets it go.",
    body: updateBead.data.omit({ bead: true }).strict(),
    descriptor: updateBead,
    data: ({ params, body }) => ({ ...body, bead: params.bead }),
  }),
  commandOperation({
    ...toBead,
    id: "closeBead",
    method: "post",
    path: "/v1/towns/{town}/beads/{bead}/close",
    summary: "End a bead by hand",
    description:
      "Its agent is stopped, its pull request closed, its dependants go on. Closing a closed bead changes nothing.",
    body: closeBead.data.omit({ bead: true }).strict(),
    bodyOptional: true,
    descriptor: closeBead,
    data: ({ params, body }) => ({ ...body, bead: params.bead }),
  }),
  commandOperation({
    ...toBead,
    id: "slingBead",
    method: "post",
    path: "/v1/towns/{town}/beads/{bead}/sling",
    summary: "Send an open bead to work",
    description: "Lifts its hold and any dispatch cool-down, and hooks it to the named polecat when one is named.",
    body: slingBead.data.omit({ bead: true }).strict(),
    bodyOptional: true,
    descriptor: slingBead,
    data: ({ params, body }) => ({ ...body, bead: params.bead }),
  }),
  operation({
    id: "sling",
    method: "post",
    path: "/v1/towns/{town}/sling",
    tag,
    summary: "Record a work item and send it to work",
    description:
      "With `agent`, the bead is made held and then slung to that polecat: two commands, so `Prefer: respond-async` is not followed. When the second is refused the bead stays, held.",
    scope: "write",
    params: townPath,
    body: slingNew,
    sends: true,
    status: 201,
    reply: bead,
    async handle({ params: { town }, body }, request, context) {
      const { agent, ...draft } = body;
      const creation = { descriptor: createBead, town, body, data: { ...draft, held: agent !== undefined } };
      if (request.respondAsync && agent === undefined) return accept(creation, request, context);
      const verdict = await carryOut(creation, request, context);
      const made = madeBead(verdict);
      if (agent !== undefined) {
        const note = `Bead ${made} is made and held, but was not slung:`;
        await carryOut(
          { descriptor: slingBead, town, body, data: { bead: made, agent }, step: "sling", note },
          request,
          context,
        );
      }
      const read = () => askOwner(context, getBead, { town, data: { bead: made } });
      const reply = await readBack(read, { verdict, owner: "town", town });
      return { location: `/v1/towns/${town}/beads/${made}`, ...reply };
    },
  }),
];
