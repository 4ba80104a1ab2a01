import { JetStreamApiError } from "@nats-io/jetstream";
import { diffConfig, isMutable, type Difference } from "./diff-config.ts";
import { ProvisionError, type ProvisionReport, type Remaining } from "./provision-report.ts";

/** A stream or consumer, seen from provisioning. `find` answers null when there is none. */
export interface Resource<Config extends object> {
  readonly name: string;
  readonly wanted: Config;
  find(): Promise<Config | null>;
  create(): Promise<Config>;
  update(changes: Partial<Config>): Promise<Config>;
}

/**
 * Makes the resource when it is missing, and changes the settings that differ and can be changed. What then still differs is
 * written to the report: nothing is ever deleted or made again, since that would lose messages or a reader's place.
 */
export async function ensure<Config extends object>(
  resource: Resource<Config>,
  report: ProvisionReport,
): Promise<void> {
  const found = await resource.find();
  if (found === null) {
    const made = await create(resource);
    report.created.push(resource.name);
    report.dropped.push(...diffConfig(resource.wanted, made).map((difference) => dropped(resource.name, difference)));
    return;
  }
  const differences = diffConfig(resource.wanted, found);
  report.differs.push(...differences.filter((d) => !isMutable(d)).map((d) => fixed(resource.name, d)));
  const changes = differences.filter(isMutable);
  if (changes.length === 0) report.unchanged.push(resource.name);
  else await change(resource, changes, report);
}

async function create<Config extends object>(resource: Resource<Config>): Promise<Config> {
  try {
    return await resource.create();
  } catch (error) {
    if (!(error instanceof JetStreamApiError)) throw error;
    const advice = /insufficient|exceed|maximum/.test(error.message)
      ? " Give the server more room: max_file in its configuration."
      : "";
    throw new ProvisionError(`NATS refused to make ${resource.name}: ${error.message}.${advice}`, { cause: error });
  }
}

async function change<Config extends object>(
  resource: Resource<Config>,
  changes: Difference[],
  report: ProvisionReport,
): Promise<void> {
  const wanted = Object.fromEntries(changes.map(({ setting, wanted: value }) => [setting, value])) as Partial<Config>;
  try {
    const left = diffConfig(wanted, await resource.update(wanted));
    report.dropped.push(...left.map((difference) => dropped(resource.name, difference)));
    (left.length < changes.length ? report.updated : report.unchanged).push(resource.name);
  } catch (error) {
    if (!(error instanceof JetStreamApiError)) throw error;
    const advice = `the server refused the change: ${error.message}`;
    report.differs.push(...changes.map((difference) => ({ resource: resource.name, ...difference, advice })));
  }
}

function dropped(resource: string, difference: Difference): Remaining {
  return { resource, ...difference, advice: "this server does not know the setting: a newer one is needed for it" };
}

function fixed(resource: string, difference: Difference): Remaining {
  const advice = "it cannot be changed on what exists: drain it, delete it by hand, and provision again";
  return { resource, ...difference, advice };
}
