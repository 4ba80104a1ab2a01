import { beadId, hookDelivery, hookProvider, page, rigId, townId } from "@gastown/contracts";
import { z } from "@hono/zod-openapi";

/** Digits and nothing else: an empty parameter is no zero. */
export function wholeNumber(reason: string) {
  return z
    .string()
    .regex(/^\d{1,15}$/, reason)
    .transform(Number)
    .openapi({ type: "integer" });
}

/** Path parameters. Their schemas are those of contracts; an id they refuse is answered with 404. */
export const townPath = z.object({ town: townId.describe("The town's id") });
export const rigPath = townPath.extend({ rig: rigId.describe("The rig's id") });
export const beadPath = townPath.extend({ bead: beadId.describe("The bead's id") });
export const agentPath = townPath.extend({ agent: beadId.describe("The agent's id") });
export const pullPath = rigPath.extend({
  number: wholeNumber("must be a number").describe("The pull request's number"),
});

export const threadPath = pullPath.extend({
  thread: z
    .string()
    .regex(/^[A-Za-z0-9_=~.-]{1,200}$/, "must be a thread's id")
    .describe("The review thread's id"),
});
export const convoyPath = townPath.extend({ convoy: beadId.describe("The convoy's id") });
export const convoyBeadPath = convoyPath.extend({ bead: beadId.describe("The bead's id") });
export const moleculePath = townPath.extend({ molecule: beadId.describe("The molecule's id") });
export const hookPath = z.object({
  provider: hookProvider.describe("The forge that sent it"),
  delivery: hookDelivery.describe("The delivery's id"),
});
export const deadLetterPath = z.object({
  seq: wholeNumber("must be a number").describe("The dead letter's number"),
});

const limit = z.coerce.number().int().min(1).max(200).default(50).describe("How many at most");
const after = page.after.describe("`next` of the page before");

/** Which page of a list. */
export const pageQuery = z.strictObject({ limit, after });

/** A flag in a query string. */
export const flag = z
  .enum(["true", "false"])
  .transform((value) => value === "true")
  .openapi({ type: "boolean" });

function partsOf(value: unknown): unknown {
  const given: unknown[] = Array.isArray(value) ? value : [value];
  return given.flatMap((part) => (typeof part === "string" ? part.split(",") : [part]));
}

/** Several values of one parameter: repeated, or separated by commas. */
export function several<Item extends z.ZodType>(item: Item) {
  return z.preprocess((value) => (value === undefined ? undefined : partsOf(value)), z.array(item));
}

/** A sequence of the event log: what the caller has already. */
export const fromSeq = wholeNumber("must be a sequence").describe(
  "The last sequence you have: what comes after it is sent",
);
