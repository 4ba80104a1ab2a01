import { answered, type Schema } from "@gastown/client";
import { setTimeout as wait } from "node:timers/promises";
import { CliError, exitCodes } from "../cli-error.ts";
import type { CliContext } from "../context.ts";

type Mayor = Schema<"Mayor">;

/** How often the gateway is asked while somebody waits. */
const againMs = 400;

/** The town's mayor as it is now. Throws ApiError `mayor_not_found` when there is none. */
export async function readMayor(cli: CliContext): Promise<{ seq: number | null; data: Mayor }> {
  return answered(cli.http.GET("/v1/towns/{town}/mayor", { params: { path: { town: await cli.town() } } }));
}

export interface Patience {
  signal: AbortSignal;
  timeoutMs: number;
}

/**
 * Asks again and again until there is an answer that is not null; null when the signal aborts before. Throws a CliError when that
 * takes too long: `what` is what did not happen.
 */
export async function until<T>(
  what: string,
  { signal, timeoutMs }: Patience,
  look: () => Promise<T | null>,
): Promise<T | null> {
  const end = Date.now() + timeoutMs;
  while (!signal.aborted) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() >= end)
      throw new CliError(`${what} within ${Math.round(timeoutMs / 1_000)} s.`, {
        code: "timeout",
        exit: exitCodes.failed,
        advice: "Nothing is lost. gastown mayor status says how it is; wait longer with --timeout.",
      });
    await wait(againMs, undefined, { signal }).catch(() => undefined);
  }
  return null;
}

async function isTold(cli: CliContext, { agent, nudge }: { agent: string; nudge: string }): Promise<true | null> {
  const params = { path: { town: await cli.town() }, query: { agent, limit: 100 } };
  const { data } = await answered(cli.http.GET("/v1/towns/{town}/nudges", { params }));
  const found = data.items.find((item) => item.nudge === nudge);
  if (found?.state === "delivered") return true;
  if (found === undefined || found.state === "pending") return null;
  throw new CliError(`The mayor was not given the message: ${found.reason ?? found.state}.`, {
    code: `message_${found.state}`,
    exit: exitCodes.failed,
    advice: "Say it again.",
  });
}

/** Its turn is over, or there is nobody who could have one. */
function rests({ session, status }: Mayor): boolean {
  return status === "idle" || session?.alive === false || (session?.session === true && !session.busy);
}

/**
 * Resolves when the mayor was given the message and the turn after that is over, or when the signal aborts. Throws a CliError when it
 * can not be given, or takes too long.
 */
export async function untilAnswered(
  cli: CliContext,
  told: { agent: string; nudge: string },
  patience: Patience,
): Promise<void> {
  if ((await until("The mayor was not given the message", patience, () => isTold(cli, told))) === null) return;
  let quiet = 0;
  await until("The mayor's turn was not over", patience, async () => {
    const { data } = await readMayor(cli);
    quiet = rests(data) ? quiet + 1 : 0;
    // A turn that follows at once on the one before looks over for a moment.
    return quiet >= 2 ? true : null;
  });
}
