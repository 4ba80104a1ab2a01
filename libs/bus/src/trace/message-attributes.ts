import { destinationTemplate } from "./destination.ts";

/** What is done with a message, in the words of the semantic conventions (nats §7). */
export type Operation = "create" | "send" | "receive" | "process" | "settle";

const townIsSecond: ReadonlySet<string> = new Set(["evt", "container", "out", "term"]);

/** The span attributes of an operation on a message with this subject. */
export function messageAttributes(operation: Operation, subject: string): Record<string, string> {
  const [root, second, third] = subject.split(".");
  const town = root !== undefined && townIsSecond.has(root) ? second : third;
  return {
    "messaging.system": "nats",
    "messaging.operation.name": operation,
    "messaging.operation.type": operation,
    "messaging.destination.name": subject,
    "messaging.destination.template": destinationTemplate(subject),
    ...(town === undefined || root === "hook" ? {} : { "town.id": town }),
  };
}
