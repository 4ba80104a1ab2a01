import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { WorldRefusal } from "../world/world-refusal.ts";

/** An error as GitHub types them: `type` beside the message, not in `extensions` [D]. */
export class TypedError extends Error {
  override readonly name = "TypedError";
  readonly type: string;
  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

export type WrittenError = GraphQLFormattedError & { readonly type?: string };

/** An error of an answer as GitHub writes it. Defects of the double itself are thrown on, not answered. */
export function writtenError(error: GraphQLError): WrittenError {
  const cause = error.originalError;
  const written = error.toJSON();
  if (cause instanceof TypedError || cause instanceof WorldRefusal) return { type: cause.type, ...written };
  return written;
}
