import { dropDeadLetter, getDeadLetter, listDeadLetters, retryDeadLetter, type DeadLetter } from "@gastown/bus";
import { pageOf } from "@gastown/contracts";
import { z } from "zod";
import { deadLetter } from "../api/named-schemas.ts";
import { deadLetterPath } from "../api/parameters.ts";
import type { GatewayContext } from "../context.ts";
import { operation, type Operation, type OperationForm } from "../operation.ts";
import { Problem } from "../problem.ts";

const limit = z.coerce.number().int().min(1).max(500).default(100).describe("How many at most");
const path = "/v1/dead-letters/{seq}";

function viewOf({ at, ...letter }: DeadLetter): z.output<typeof deadLetter> {
  return { ...letter, at: at.toISOString() };
}

/** What routes to one dead letter have in common. */
const toLetter = {
  tag: "Log",
  installation: true,
  params: deadLetterPath,
  reply: deadLetter,
} satisfies Partial<OperationForm<typeof deadLetterPath, z.ZodObject, z.ZodObject, typeof deadLetter>>;

async function find({ bus }: GatewayContext, seq: number): Promise<DeadLetter> {
  const letter = await getDeadLetter(bus, seq);
  if (letter !== null) return letter;
  throw new Problem("dead_letter_not_found", { detail: `There is no dead letter ${seq}.` });
}

export const deadLetterOperations: Operation[] = [
  operation({
    id: "listDeadLetters",
    method: "get",
    path: "/v1/dead-letters",
    tag: "Log",
    summary: "Messages that services gave up on, newest first",
    scope: "read",
    installation: true,
    query: z.strictObject({
      limit,
      after: z.coerce.number().int().min(1).optional().describe("`next` of the page before"),
      town: z.string().max(100).optional().describe("Only this town's"),
    }),
    reply: pageOf(deadLetter),
    async handle({ query }, _, { bus }) {
      const { items, next } = await listDeadLetters(bus, query);
      return { seq: null, data: { items: items.map(viewOf), next: next === null ? null : String(next) } };
    },
  }),
  operation({
    ...toLetter,
    id: "getDeadLetter",
    method: "get",
    path,
    summary: "Show a message that a service gave up on",
    scope: "read",
    handle: async ({ params }, _, context) => ({ seq: null, data: viewOf(await find(context, params.seq)) }),
  }),
  operation({
    ...toLetter,
    id: "retryDeadLetter",
    method: "post",
    path: `${path}/retry`,
    summary: "Send a message again that a service gave up on",
    description:
      "Its body goes to where it was sent first; the dead letter is gone then. What was done already is not done twice. Answers the letter as it was.",
    scope: "admin",
    async handle({ params: { seq } }, _, context) {
      const letter = await find(context, seq);
      const retried = await retryDeadLetter(context.bus, seq);
      if (retried === "not_a_command")
        throw new Problem("wrong_state", {
          detail: `Dead letter ${seq} was not sent as a command of ours (${letter.subject}), so it cannot be sent again; drop it.`,
        });
      return { seq: null, data: viewOf(letter) };
    },
  }),
  operation({
    ...toLetter,
    id: "dropDeadLetter",
    method: "delete",
    path,
    summary: "Throw a message away that a service gave up on",
    description: "It cannot be undone. Answers the letter as it was.",
    scope: "admin",
    async handle({ params }, _, context) {
      const letter = await find(context, params.seq);
      await dropDeadLetter(context.bus, params.seq);
      return { seq: null, data: viewOf(letter) };
    },
  }),
];
