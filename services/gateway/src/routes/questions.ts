import { acknowledgeEscalation, getBead, resolveTriage } from "@gastown/contracts";
import type { z } from "zod";
import { bead } from "../api/named-schemas.ts";
import { beadPath } from "../api/parameters.ts";
import { askOwner } from "../ask-owner.ts";
import { commandOperation, type CommandForm } from "../commands/command-operation.ts";
import type { Operation } from "../operation.ts";

/** What answers to questions have in common: the bead that asks, as it is afterwards. */
const toQuestion = {
  method: "post",
  tag: "Questions to people",
  params: beadPath,
  reply: bead,
  town: ({ params }) => params.town,
  subject: ({ params }) => `bead/${params.bead}`,
  read: ({ params }, _, context) => askOwner(context, getBead, { town: params.town, data: { bead: params.bead } }),
} satisfies Partial<CommandForm<typeof resolveTriage, typeof beadPath, z.ZodObject, typeof bead>>;

/** Answers to escalations (`beads?type=escalation`) and triage requests (`beads?kind=triage-request`). */
export const questionOperations: Operation[] = [
  commandOperation({
    ...toQuestion,
    id: "acknowledgeEscalation",
    path: "/v1/towns/{town}/beads/{bead}/acknowledge",
    summary: "Take an escalation",
    description:
      "It is not raised again and its bead is closed; twice changes nothing. `GET …/beads?type=escalation` lists them.",
    body: acknowledgeEscalation.data.omit({ bead: true }).strict(),
    bodyOptional: true,
    descriptor: acknowledgeEscalation,
    data: ({ params, body }) => ({ ...body, bead: params.bead }),
  }),
  commandOperation({
    ...toQuestion,
    id: "resolveTriage",
    path: "/v1/towns/{town}/beads/{bead}/resolve",
    summary: "Answer a triage request",
    description:
      "What the action names is done to the agent and bead it was asked about; `triage.options` of the bead are the ones that make sense. `GET …/beads?kind=triage-request` lists them.",
    body: resolveTriage.data.omit({ bead: true }).strict(),
    descriptor: resolveTriage,
    data: ({ params, body }) => ({ ...body, bead: params.bead }),
  }),
];
