import * as agentReports from "./dispatcher/agent-reports.ts";
import * as container from "./dispatcher/container.ts";
import * as dispatcher from "./dispatcher/messages.ts";
import * as queue from "./dispatcher/queue-queries.ts";
import * as runtime from "./dispatcher/runtime-queries.ts";
import * as gatewayTerminals from "./gateway/terminal-events.ts";
import * as services from "./installation/service-events.ts";
import type { Command, Descriptor, Event, Kind, Owner, Query } from "./message.ts";
import * as scmHooks from "./scm/hook-messages.ts";
import * as scmInstallations from "./scm/installation-messages.ts";
import * as scm from "./scm/messages.ts";
import * as scmPulls from "./scm/pull-messages.ts";
import * as townCommands from "./town/commands.ts";
import * as townCare from "./town/care-messages.ts";
import * as townMayor from "./town/mayor-messages.ts";
import * as townConvoys from "./town/convoy-messages.ts";
import * as townReplay from "./town/replay-queries.ts";
import * as townSafety from "./town/safety-messages.ts";
import * as townEvents from "./town/events.ts";
import * as townQueries from "./town/queries.ts";

function isDescriptor(value: unknown): value is Descriptor {
  return typeof value === "object" && value !== null && "kind" in value && "owner" in value && "verb" in value;
}

/** Every message there is: a message that is exported by its module is in the catalogue. */
export const catalog: readonly Descriptor[] = [
  townCommands,
  townConvoys,
  townCare,
  townMayor,
  townSafety,
  townEvents,
  townQueries,
  townReplay,
  dispatcher,
  agentReports,
  queue,
  runtime,
  scm,
  scmPulls,
  scmHooks,
  scmInstallations,
  container,
  gatewayTerminals,
  services,
]
  .flatMap((module) => Object.values(module) as unknown[])
  .filter(isDescriptor);

const isCommand = (d: Descriptor): d is Command => d.kind === "command";
const isEvent = (d: Descriptor): d is Event => d.kind === "event";
const isQuery = (d: Descriptor): d is Query => d.kind === "query";
const byType = <D extends Descriptor>(of: (d: Descriptor) => d is D) =>
  new Map(catalog.filter(of).map((d) => [d.type, d]));
const commands = byType(isCommand);
const events = byType(isEvent);
const queries = byType(isQuery);

/** The command of a CloudEvents type, or undefined: an unknown message is terminal. */
export function findCommand(type: string): Command | undefined {
  return commands.get(type);
}

/** The event of a CloudEvents type, or undefined. */
export function findEvent(type: string): Event | undefined {
  return events.get(type);
}

/** The query of a CloudEvents type, or undefined. */
export function findQuery(type: string): Query | undefined {
  return queries.get(type);
}

/** The messages of one owner and kind. */
export function messagesOf(owner: Owner, kind: Kind): Descriptor[] {
  return catalog.filter((d) => d.owner === owner && d.kind === kind);
}
