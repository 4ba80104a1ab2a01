import {
  eventsOf,
  getDispatcherVerdict,
  getScmVerdict,
  getTownVerdict,
  installationEvents,
  messageId,
  pageOf,
} from "@gastown/contracts";
import { z } from "zod";
import { command, loggedEvent, owner } from "../api/named-schemas.ts";
import { fromSeq, townPath } from "../api/parameters.ts";
import { askOwner } from "../ask-owner.ts";
import { assertTown } from "../assert-town.ts";
import { commandData } from "../commands/send.ts";
import { readEventPage } from "../live/event-page.ts";
import { operation, type Operation } from "../operation.ts";

const tag = "Log";
const limit = z.coerce.number().int().min(1).max(500).default(100).describe("How many at most");
const eventQuery = z.strictObject({ from: fromSeq.default(0), limit });
const eventPage = pageOf(loggedEvent).extend({ oldest: z.int() });
const verdictQueries = { town: getTownVerdict, dispatcher: getDispatcherVerdict, scm: getScmVerdict };

export const logOperations: Operation[] = [
  operation({
    id: "listEvents",
    method: "get",
    path: "/v1/towns/{town}/events",
    tag,
    summary: "A page of a town's events, oldest first",
    description:
      "`next` is the `from` of the following page, null at the end of the log; `seq` is the log's end, to stream from. `oldest` is the first sequence that is still kept.",
    scope: "read",
    params: townPath,
    query: eventQuery,
    reply: eventPage,
    async handle({ params: { town }, query }, { signal }, context) {
      await assertTown(context, town, signal);
      return readEventPage(context, { subjects: eventsOf(town), ...query, signal });
    },
  }),
  operation({
    id: "listInstallationEvents",
    method: "get",
    path: "/v1/events",
    tag,
    summary: "A page of the installation's own events, oldest first",
    description:
      "What is no town's: services that started, could not start, or crashed (`installation.service.*`), and installations of a forge's App that nobody has linked. `next`, `seq` and `oldest` as in a town's events.",
    scope: "read",
    installation: true,
    query: eventQuery,
    reply: eventPage,
    handle: ({ query }, { signal }, context) =>
      readEventPage(context, { subjects: installationEvents, ...query, signal }),
  }),
  operation({
    id: "getCommand",
    method: "get",
    path: "/v1/commands/{owner}/{town}/{command}",
    tag,
    summary: "What became of a command",
    scope: "read",
    params: townPath.extend({
      owner: owner.describe("The service that carries it out"),
      command: messageId.describe("The command's id"),
    }),
    reply: command,
    async handle({ params }, { signal }, context) {
      const data = { command: params.command };
      const { seq, data: found } = await askOwner(context, verdictQueries[params.owner], {
        town: params.town,
        data,
        signal,
      });
      return { seq, data: commandData(params, found.verdict) };
    },
  }),
];
