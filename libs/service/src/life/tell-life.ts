import { newEnvelope, publish, type Bus } from "@gastown/bus";
import {
  noTown,
  type Event,
  type ServiceError,
  type ServiceRun,
  serviceBootFailed,
  serviceCrashed,
  serviceStarted,
} from "@gastown/contracts";

/** Tells that the run does its work from now on. Throws PublishError, as those below. */
export function tellStarted(bus: Bus, run: ServiceRun): Promise<void> {
  return tell(bus, serviceStarted, { id: `started-${run.run}`, run, data: run });
}

/** Tells that the run has crashed; null: without a word. Whoever tells it again of the same run is not heard. */
export function tellCrashed(bus: Bus, run: ServiceRun, error: ServiceError | null): Promise<void> {
  const at = error === null ? null : new Date().toISOString();
  return tell(bus, serviceCrashed, { id: `crash-${run.run}`, run, data: { ...run, at, error } });
}

/** Tells that the run could not start. */
export function tellBootFailed(bus: Bus, run: ServiceRun, error: ServiceError): Promise<void> {
  return tell(bus, serviceBootFailed, {
    id: `boot-${run.run}`,
    run,
    data: { ...run, at: new Date().toISOString(), error },
  });
}

async function tell<E extends Event>(
  bus: Bus,
  event: E,
  { id, run: { service }, data }: { id: string; run: ServiceRun; data: E["data"]["_zod"]["input"] },
): Promise<void> {
  const envelope = newEnvelope(event, { town: noTown, id, actor: `service:${service}`, source: `/${service}`, data });
  await publish(bus, event, envelope);
}
