import {
  adoptPull,
  beadId,
  commitId,
  findPull,
  getBead,
  getPull,
  mergePull,
  openUnownedPull,
  rigId,
  type DataOf,
  type Verdict,
} from "@gastown/contracts";
import { z } from "zod";
import { bead, pull } from "../api/named-schemas.ts";
import { pullPath, rigPath, townPath } from "../api/parameters.ts";
import { askOwner } from "../ask-owner.ts";
import { commandOperation } from "../commands/command-operation.ts";
import type { GatewayContext } from "../context.ts";
import type { Operation } from "../operation.ts";
import { Problem } from "../problem.ts";

const tag = "Pull requests";
const path = "/v1/towns/{town}/rigs/{rig}/pulls";

function madePull(verdict: Verdict): number {
  return z.object({ number: z.int() }).parse(verdict.result).number;
}

function adopted(verdict: Verdict): string {
  return z.object({ bead: beadId }).parse(verdict.result).bead;
}

interface PullAt {
  town: string;
  rig: string;
  number: number;
}

function readPull({ town, rig, number }: PullAt, context: GatewayContext, signal?: AbortSignal) {
  return askOwner(context, getPull, { town, data: { rig, number }, signal });
}

/** A merge is told to the bead that follows the pull request, so that there must be one. */
async function mergeOf(at: PullAt, expectedHead: string | undefined, read: () => ReturnType<typeof readPull>) {
  const { rig, number } = at;
  const { data } = await read();
  if (data.bead === null)
    throw new Problem("not_followed", {
      detail: `Nobody in town ${at.town} follows pull request ${rig}/${number}; adopt it first.`,
    });
  return { rig, number, bead: data.bead, expectedHead: expectedHead ?? data.headCommit };
}

type Meant = DataOf<typeof findPull> & { town: string };

/** The pull request that is to be adopted, when it can be; a closed one and a foreign one are refused with the reason. */
async function toAdopt({ town, ...data }: Meant, context: GatewayContext, signal: AbortSignal) {
  const { rig, number, refusal } = (await askOwner(context, findPull, { town, data, signal })).data;
  if (refusal !== null) throw new Problem("wrong_state", { detail: refusal.reason });
  return { rig, number };
}

/** Where a person sees it: it says which rig's it is. */
const pullUrl = z
  .url({ protocol: /^https?$/ })
  .max(2_000)
  .describe("The pull request's page on its forge");

/** How pull requests come from people and go to the default branch. */
export const pullWorkOperations: Operation[] = [
  commandOperation({
    id: "openPull",
    method: "post",
    path,
    tag,
    summary: "Open a pull request from a branch that was pushed",
    description: "No bead follows it until it is adopted. Without `base` it is for the rig's default branch.",
    params: rigPath,
    body: openUnownedPull.data.omit({ rig: true }).strict(),
    descriptor: openUnownedPull,
    town: ({ params }) => params.town,
    data: ({ params, body }) => ({ ...body, rig: params.rig }),
    status: 201,
    reply: pull,
    read: ({ params }, verdict, context) => readPull({ ...params, number: madePull(verdict) }, context),
    location: ({ params: { town, rig } }, verdict) => `/v1/towns/${town}/rigs/${rig}/pulls/${madePull(verdict)}`,
  }),
  commandOperation({
    id: "adoptPull",
    method: "post",
    path: `${path}/{number}/adopt`,
    tag,
    summary: "Let the town follow a pull request nobody in it wrote",
    description: "It is repaired, and merged when it is ready. Answers its merge request, a bead.",
    params: pullPath,
    descriptor: adoptPull,
    town: ({ params }) => params.town,
    subject: ({ params }) => `pr/${params.rig}/${params.number}`,
    data: ({ params: { town, rig, number } }, { signal }, context) =>
      toAdopt({ town, rig, pull: String(number) }, context, signal),
    reply: bead,
    read: ({ params }, verdict, context) =>
      askOwner(context, getBead, { town: params.town, data: { bead: adopted(verdict) } }),
  }),
  commandOperation({
    id: "adoptPullByUrl",
    method: "post",
    path: "/v1/towns/{town}/pulls/adopt",
    tag,
    summary: "Let the town follow a pull request by its URL",
    description:
      "It is in the repository of one of the town's rigs (`rig` when it is in several), and open. Answers its merge request, a bead.",
    params: townPath,
    body: z.strictObject({ url: pullUrl, rig: rigId.optional() }),
    descriptor: adoptPull,
    town: ({ params }) => params.town,
    data: ({ params: { town }, body: { url, rig } }, { signal }, context) =>
      toAdopt({ town, pull: url, ...(rig !== undefined && { rig }) }, context, signal),
    reply: bead,
    read: ({ params }, verdict, context) =>
      askOwner(context, getBead, { town: params.town, data: { bead: adopted(verdict) } }),
  }),
  commandOperation({
    id: "mergePull",
    method: "post",
    path: `${path}/{number}/merge`,
    tag,
    summary: "Merge a pull request",
    description:
      "Only when it is `ready`, and only the head that was read, or `expectedHead`. It is done a moment after the answer: `state` becomes `merged`. One that nobody follows must be adopted first.",
    params: pullPath,
    body: z.strictObject({ expectedHead: commitId.optional() }),
    bodyOptional: true,
    descriptor: mergePull,
    town: ({ params }) => params.town,
    subject: ({ params }) => `pr/${params.rig}/${params.number}`,
    data: ({ params, body }, { signal }, context) =>
      mergeOf(params, body.expectedHead, () => readPull(params, context, signal)),
    reply: pull,
    read: ({ params }, _, context) => readPull(params, context),
  }),
];
