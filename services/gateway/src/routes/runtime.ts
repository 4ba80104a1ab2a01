import { lookAtRuntime, noTown } from "@gastown/contracts";
import { named } from "../api/name-schema.ts";
import { askOwner } from "../ask-owner.ts";
import { operation, type Operation } from "../operation.ts";

/** Programs are started for it, one after the other. */
const lookMs = 180_000;

const runtime = named(
  "Runtime",
  lookAtRuntime.reply,
  "Where and as what agents run: runtimes and agent programs as they were tried, what the dispatcher depends on, and what runs that nobody wants (`orphans`; each was nobody's twice, some seconds apart).",
);

export const runtimeOperations: Operation[] = [
  operation({
    id: "lookAtRuntime",
    method: "get",
    path: "/v1/runtime",
    tag: "Installation",
    summary: "Look where and as what agents run, by trying it",
    description: "It takes seconds: agent programs are started for it. `gastown doctor` asks it.",
    scope: "read",
    installation: true,
    reply: runtime,
    handle: (_, { signal }, context) =>
      askOwner(context, lookAtRuntime, { town: noTown, data: {}, signal, timeoutMs: lookMs }),
  }),
];
