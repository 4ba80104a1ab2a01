// A replica of the town service for `order.int.test.ts`: handles commands for 3 ms each and notes when it begins and ends.
import { appendFileSync } from "node:fs";
import { pause } from "../abortable.ts";
import { connectBus, consumeCommands } from "../index.ts";
import { numberOf } from "./commands.ts";
import { silent } from "./silent.ts";

const [, , servers = "", journal = ""] = process.argv;
const note = (...words: (string | number)[]): void => appendFileSync(journal, `${words.join(" ")}\n`);
const bus = await connectBus({ servers, name: "replica", inboxPrefix: "_INBOX_replica", logger: silent });
consumeCommands(bus, {
  owner: "town",
  service: "town",
  logger: silent,
  signal: new AbortController().signal,
  retryDelaysMs: [50],
  handle: async ({ envelope, deliveries }) => {
    const [town, n] = [envelope.townid, numberOf(envelope)];
    note("begin", process.pid, town, n);
    await pause(3);
    // One in fifty fails at first, as a serialization failure would.
    const fails = deliveries === 1 && (n * 31 + town.length) % 50 === 0;
    note(fails ? "fail" : "done", process.pid, town, n);
    return { outcome: fails ? "retry" : "applied" };
  },
});
