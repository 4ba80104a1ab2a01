// A replica of the town service for `order.int.test.ts`: handles commands for 3 ms each and notes when it begins and ends.
// Arguments: the servers, the journal's file, and `one` or `group`.
import { appendFileSync } from "node:fs";
import { pause } from "../abortable.ts";
import { connectBus, consumeCommands, type CommandMessage, type Handling, type Outcome } from "../index.ts";
import { numberOf } from "./commands.ts";
import { silent } from "./silent.ts";

const [, , servers = "", journal = "", mode = "one"] = process.argv;

/** Notes about several commands at once, so that none can come between. */
function note(what: string, messages: readonly CommandMessage[]): void {
  const lines = messages.map(({ envelope }) => `${what} ${process.pid} ${envelope.townid} ${numberOf(envelope)}\n`);
  if (lines.length > 0) appendFileSync(journal, lines.join(""));
}

/** One in fifty fails at first, as a serialization failure would. */
function fails({ envelope, deliveries }: CommandMessage): boolean {
  return deliveries === 1 && (numberOf(envelope) * 31 + envelope.townid.length) % 50 === 0;
}

async function handleAll(messages: readonly CommandMessage[]): Promise<Outcome[]> {
  note("begin", messages);
  await pause(3);
  const spoils = messages.length > 1 && messages.some(({ envelope }) => numberOf(envelope) % 5 === 4);
  note(
    "fail",
    messages.filter((message) => spoils || fails(message)),
  );
  if (spoils) throw new Error("one of the group spoils it");
  note(
    "done",
    messages.filter((message) => !fails(message)),
  );
  return messages.map((message) => ({ outcome: fails(message) ? "retry" : "applied" }));
}

async function handleOne(message: CommandMessage): Promise<Outcome> {
  const [outcome] = await handleAll([message]);
  return outcome ?? { outcome: "retry" };
}

const handling: Handling = mode === "group" ? { handleGroup: handleAll } : { handle: handleOne };
const bus = await connectBus({ servers, name: "replica", inboxPrefix: "_INBOX_replica", logger: silent });
consumeCommands(bus, {
  owner: "town",
  service: "town",
  logger: silent,
  signal: new AbortController().signal,
  retryDelaysMs: [50],
  ...handling,
});
