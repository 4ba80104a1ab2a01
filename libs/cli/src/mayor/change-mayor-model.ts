import { ApiError, settled, type Schema } from "@gastown/client";
import type { CliContext } from "../context.ts";
import { untilInterrupted } from "../interrupted.ts";
import { readMayor, until } from "./await-answer.ts";
import { modelText } from "./mayor-text.ts";

type Mayor = Schema<"Mayor">;

/** The mayor, or null when the town has none yet. */
export async function mayorOrNone(cli: CliContext): Promise<Mayor | null> {
  try {
    return (await readMayor(cli)).data;
  } catch (error) {
    if (error instanceof ApiError && error.problem.code === "mayor_not_found") return null;
    throw error;
  }
}

/** What became of a wish for another model. */
interface Outcome {
  /** Null: the installation's. */
  wished: string | null;
  inEffect: string | null;
  failure: string | null;
  /** Nobody has it now; it is there from the mayor's next start on. */
  nextStart: boolean;
}

/** What became of the wish; null while that is not known. `before`: what was in effect when it was wished. */
function outcomeOf(mayor: Mayor | null, wished: string | null, before: string | null): Outcome | null {
  const model = mayor?.agent.model ?? null;
  if (mayor === null || mayor.status === "idle") return { wished, inEffect: null, failure: null, nextStart: true };
  if (model === null || model.wished !== wished) return null;
  const { inEffect, failure } = model;
  const came = wished === null ? inEffect !== before : inEffect === wished;
  return failure !== null || came ? { wished, inEffect, failure, nextStart: false } : null;
}

function outcomeText({ wished, inEffect, failure, nextStart }: Outcome): string {
  if (nextStart) return `${modelText(wished)} from the mayor's next start on; it does not run now`;
  if (failure !== null) return `${modelText(inEffect)} stays in effect, ${modelText(wished)} was refused: ${failure}`;
  return `${modelText(inEffect)} is in effect`;
}

/** What is known of a wish that is not waited for. */
function wishText(wished: string | null, mayor: Mayor | null): string {
  const now = mayor?.status === "active" ? (mayor.agent.model?.inEffect ?? null) : null;
  const when = now === null ? "it has that from its next start on" : `${now} is in effect until its turn is over`;
  return `${modelText(wished)} is wished for the mayor; ${now !== null && now === wished ? "it is in effect" : when}`;
}

async function setModel(cli: CliContext, name: string): Promise<string | null> {
  const path = { town: await cli.town() };
  const body = { models: { mayor: name === "none" ? null : name } };
  const { data } = await settled(cli.http.PATCH("/v1/towns/{town}", { params: { path, header: cli.write() }, body }));
  return data.models.mayor ?? data.model;
}

/**
 * The town's mayor is wished to have this model (`none`: the town's own). With `wait` it answers when the mayor's agent server has said
 * what is in effect. False when the mayor goes on with another one.
 */
export async function changeMayorModel(
  cli: CliContext,
  name: string,
  { wait, timeoutMs }: { wait: boolean; timeoutMs: number },
): Promise<boolean> {
  const earlier = (await mayorOrNone(cli))?.agent.model ?? null;
  const wished = await setModel(cli, name);
  if (!wait) {
    const mayor = await mayorOrNone(cli);
    cli.out.show({ seq: null, data: { wished, mayor } }, wishText(wished, mayor));
    return true;
  }
  // Asking for what is the wish already changes nothing: what is in effect then is the answer.
  const before = earlier?.wished === wished ? null : (earlier?.inEffect ?? null);
  let ok = true;
  await untilInterrupted(async (signal) => {
    const look = async (): Promise<Outcome | null> => outcomeOf(await mayorOrNone(cli), wished, before);
    const outcome = await until("It was not told what became of the model", { signal, timeoutMs }, look);
    if (outcome === null) return;
    ok = outcome.failure === null;
    cli.out.show({ seq: null, data: outcome }, outcomeText(outcome));
  });
  return ok;
}
