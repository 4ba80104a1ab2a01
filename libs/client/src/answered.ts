import { ApiError, problemOf } from "./api-error.ts";
import type { components } from "./schema.d.ts";

type Command = components["schemas"]["Command"];
interface Result<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The `{ seq, data }` of an answer. Throws ApiError for every other. */
export async function answered<Data>(request: Promise<Result<Data>>): Promise<NonNullable<Data>> {
  const { data, error, response } = await request;
  if (!response.ok || data === undefined || data === null) throw new ApiError(problemOf(error, response));
  return data;
}

/** A write that is applied, or will be, but whose result could not be shown. */
export class NotSettledError extends Error {
  override readonly name = "NotSettledError";
  readonly command: Command;

  constructor(command: Command) {
    super(`Command ${command.command} is ${command.state}; what it changed cannot be shown yet.`);
    this.command = command;
  }
}

function isCommand(data: unknown): data is Command {
  return typeof data === "object" && data !== null && "command" in data && "owner" in data;
}

/** The `{ seq, data }` of a write that was waited for. Throws ApiError, or NotSettledError when the answer is the command (202). */
export async function settled<Data extends { seq: number | null; data: unknown }>(
  request: Promise<Result<Data>>,
): Promise<{ seq: number | null; data: Exclude<Data["data"], Command> }> {
  const { seq, data } = await answered(request);
  if (isCommand(data)) throw new NotSettledError(data);
  return { seq, data: data as Exclude<Data["data"], Command> };
}
