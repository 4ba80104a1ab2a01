import { aliveSubject, runSubject, serviceRun, type ServiceRun } from "@gastown/contracts";
import { headers, RequestError, TimeoutError } from "@nats-io/nats-core";
import { onAbort } from "../abortable.ts";
import type { Bus } from "../connect.ts";
import { storeBytes } from "../publish.ts";
import { wireOf } from "../wire.ts";

const stream = "RUN";
const answerTimeoutMs = 2_000;

/** From now on the run has its mark, until `forgetRun`. Throws PublishError. */
export async function markRun(bus: Bus, run: ServiceRun): Promise<void> {
  await storeBytes(bus, { subject: runSubject(run.service, run.run), body: JSON.stringify(run), fields: headers() });
}

/** The run has no mark any more. Doing it twice is harmless. */
export async function forgetRun(bus: Bus, { service, run }: ServiceRun): Promise<void> {
  await wireOf(bus).manager.streams.purge(stream, { filter: runSubject(service, run) });
}

/** All runs of a service that have a mark: those that live, and those that ended without taking it away. What is no mark is left out. */
export async function listRuns(bus: Bus, service: string): Promise<ServiceRun[]> {
  const { manager, logger } = wireOf(bus);
  const { state } = await manager.streams.info(stream, { subjects_filter: runSubject(service) });
  const runs: ServiceRun[] = [];
  for (const subject of Object.keys(state.subjects ?? {})) {
    const message = await manager.direct.getMessage(stream, { last_by_subj: subject });
    const read = serviceRun.safeParse(message?.json() ?? null);
    if (read.success) runs.push(read.data);
    else if (message !== null) logger.warn({ subject }, "a mark of a run cannot be read");
  }
  return runs;
}

/** Says that the run lives, to whoever asks `isRunAlive`, until the signal aborts or the connection ends. */
export function answerForRun(bus: Bus, { service, run }: ServiceRun, signal: AbortSignal): void {
  const subscription = wireOf(bus).connection.subscribe(aliveSubject(service, run), {
    callback: (error, message) => void (error === null && message.respond("")),
  });
  onAbort(signal, () => subscription.unsubscribe());
}

/** Whether the process of the run answers. One that has just lost its connection does not: ask it again some seconds later. */
export async function isRunAlive(bus: Bus, { service, run }: ServiceRun): Promise<boolean> {
  try {
    await wireOf(bus).connection.request(aliveSubject(service, run), "", { timeout: answerTimeoutMs });
    return true;
  } catch (error) {
    if (error instanceof TimeoutError || (error instanceof RequestError && error.isNoResponders())) return false;
    throw error;
  }
}
