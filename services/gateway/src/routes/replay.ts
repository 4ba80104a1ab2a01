import { listLog, pageOf, replayTown } from "@gastown/contracts";
import { z } from "zod";
import { logEntry, replay } from "../api/named-schemas.ts";
import { pageQuery, townPath, wholeNumber } from "../api/parameters.ts";
import { askOwner } from "../ask-owner.ts";
import { assertTown } from "../assert-town.ts";
import { operation, type Operation } from "../operation.ts";

const tag = "Replay";
/** A long log takes its time; clients wait 30 s. */
const replayTimeoutMs = 25_000;

const until = pageQuery
  .extend({
    at: z.iso.datetime().optional().describe("The town as it was at this time"),
    entry: wholeNumber("must be a number").optional().describe("After this entry of the log"),
    seq: wholeNumber("must be a sequence").optional().describe("When the event of this sequence happened"),
  })
  .superRefine(({ at, entry, seq }, context) => {
    const given = Object.entries({ at, entry, seq }).filter(([, value]) => value !== undefined);
    for (const [name] of given.slice(1))
      context.addIssue({ code: "custom", path: [name], message: `cannot be given together with ${given[0]?.[0]}` });
  });

export const replayOperations: Operation[] = [
  operation({
    id: "replayTown",
    method: "get",
    path: "/v1/towns/{town}/replay",
    tag,
    summary: "The town as it was, rebuilt from its stored inputs",
    description:
      "Says whether deciding the inputs again gives the same (`deterministic`), and, when replayed to the end, whether the stored state follows (`followsToday`). Give one of `at`, `entry` and `seq`, or none for the end of the log.",
    scope: "read",
    params: townPath,
    query: until,
    reply: replay,
    handle: ({ params, query }, { signal }, context) =>
      askOwner(context, replayTown, { town: params.town, data: query, signal, timeoutMs: replayTimeoutMs }),
  }),
  operation({
    id: "listLog",
    method: "get",
    path: "/v1/towns/{town}/log",
    tag,
    summary: "The stored inputs of a town, oldest first",
    scope: "read",
    params: townPath,
    query: pageQuery,
    reply: pageOf(logEntry),
    async handle({ params: { town }, query }, { signal }, context) {
      await assertTown(context, town, signal);
      return askOwner(context, listLog, { town, data: query, signal });
    },
  }),
];
