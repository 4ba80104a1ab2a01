import { type InputOf } from "@gastown/bus";
import type { Command, Verdict } from "@gastown/contracts";
import type { z } from "zod";
import type { command } from "../api/named-schemas.ts";
import type { GatewayContext } from "../context.ts";
import {
  operation,
  type GatewayRequest,
  type Input,
  type Operation,
  type OperationForm,
  type Reply,
} from "../operation.ts";
import { problemOf } from "../problem-of.ts";
import { accept, carryOut, commandData, commandUrl } from "./send.ts";

type Shape = z.ZodObject;

/** The form of a route that sends one command and answers with what it changed. */
export interface CommandForm<
  D extends Command,
  P extends Shape,
  B extends Shape,
  R extends z.ZodType,
  Q extends Shape = Shape,
> extends Omit<OperationForm<P, Q, B, R>, "handle" | "sends" | "scope" | "status"> {
  scope?: "write" | "admin";
  /** 201: something was made, and `location` is where. */
  status?: 200 | 201;
  descriptor: D;
  town: (input: Input<P, Q, B>) => string;
  data: (input: Input<P, Q, B>, request: GatewayRequest, context: GatewayContext) => InputOf<D> | Promise<InputOf<D>>;
  subject?: (input: Input<P, Q, B>) => string;
  /** What an Idempotency-Key stands for besides the path, when it is not the body and the query as they are. */
  sameness?: (input: Input<P, Q, B>, context: GatewayContext) => unknown;
  /** Reads back what the command changed. */
  read: (input: Input<P, Q, B>, verdict: Verdict, context: GatewayContext) => Promise<Reply<z.output<R>>>;
  location?: (input: Input<P, Q, B>, verdict: Verdict) => string;
}

/**
 * What became of an applied command. When it cannot be read back just now, the answer is the command itself (202): the change
 * is made, and an error would say otherwise.
 */
export async function readBack<Data>(
  read: () => Promise<Reply<Data>>,
  done: { verdict: Verdict; owner: Command["owner"]; town: string },
): Promise<Reply<Data> | Reply<z.output<typeof command>>> {
  const { verdict, owner, town } = done;
  try {
    return await read();
  } catch (error) {
    if (problemOf(error).status < 500) throw error;
    const at = { command: verdict.command, owner, town };
    return {
      seq: null,
      status: 202,
      location: commandUrl(owner, town, verdict.command),
      data: commandData(at, verdict),
    };
  }
}

function asked({ query, body }: { query: object; body: object }): object {
  return Object.keys(query).length === 0 ? body : { query, body };
}

/** A route that sends one command: waits for its verdict, or not when `Prefer: respond-async` asks so. */
export function commandOperation<
  D extends Command,
  P extends Shape,
  B extends Shape,
  R extends z.ZodType,
  Q extends Shape = Shape,
>(form: CommandForm<D, P, B, R, Q>): Operation {
  const { descriptor, town, data, subject, sameness = asked, read, location, scope = "write", ...rest } = form;
  return operation<P, Q, B, R>({
    ...(rest as unknown as OperationForm<P, Q, B, R>),
    scope,
    sends: true,
    async handle(input, request, context) {
      const sending = {
        descriptor,
        town: town(input),
        data: await data(input, request, context),
        body: sameness(input, context),
        subject: subject?.(input),
      };
      if (request.respondAsync) return accept(sending, request, context);
      const verdict = await carryOut(sending, request, context);
      const reply = await readBack(() => read(input, verdict, context), {
        verdict,
        owner: descriptor.owner,
        town: sending.town,
      });
      return reply.location === undefined && location ? { ...reply, location: location(input, verdict) } : reply;
    },
  });
}
