import { ensuredMayor, ensureMayor, tellMayor, toldMayor, type Verdict } from "@gastown/contracts";
import type { z } from "zod";
import { mayor, mayorEnsured } from "../api/agent-schemas.ts";
import { townPath } from "../api/parameters.ts";
import { commandOperation } from "../commands/command-operation.ts";
import type { GatewayContext } from "../context.ts";
import { decidingLookMs, lookAtMayor, viewLookMs } from "../look-at-mayor.ts";
import { operation, type Operation, type Reply } from "../operation.ts";
import { Problem } from "../problem.ts";

const tag = "Mayor";
const path = "/v1/towns/{town}/mayor";

async function viewMayor(
  context: GatewayContext,
  asked: { town: string; signal?: AbortSignal },
): Promise<Reply<z.output<typeof mayor>>> {
  const { seq, mayor: view } = await lookAtMayor(context, { ...asked, timeoutMs: viewLookMs });
  if (view !== null) return { seq, data: view };
  throw new Problem("mayor_not_found", { detail: `Nobody has spoken with a mayor of ${asked.town} yet.` });
}

/** What is told besides is what the decision came to: who asked shows it at once, without a second look. */
async function readEnsured(town: string, verdict: Verdict, context: GatewayContext) {
  const { decisions, status } = ensuredMayor.parse(verdict.result);
  const { seq, data } = await viewMayor(context, { town });
  return { seq, data: { decisions, mayor: { ...data, status } } };
}

export const mayorOperations: Operation[] = [
  operation({
    id: "getMayor",
    method: "get",
    path,
    tag,
    summary: "Show the town's mayor",
    description:
      "`status`: `active` while it works or waits for you, `starting` until it is first heard of, else `idle`. `agent.model` is what was wished and what is in effect.",
    scope: "read",
    params: townPath,
    reply: mayor,
    handle: ({ params: { town } }, { signal }, context) => viewMayor(context, { town, signal }),
  }),
  commandOperation({
    id: "ensureMayor",
    method: "post",
    path,
    tag,
    summary: "Make and start the town's mayor, if that is needed",
    description:
      "For who opens the town. The container is asked whether the mayor's session is there (10 s at most); `decisions` says what followed: `short_circuit_warm` and `short_circuit_idle` (it is there, at work or not), `sdk_dead_redispatch` (its process lives, its session does not), `fresh_dispatch` (it is started). None: nothing may be started, `status` is `idle`.",
    params: townPath,
    descriptor: ensureMayor,
    town: ({ params }) => params.town,
    subject: () => "mayor",
    async data({ params: { town } }, { signal }, context) {
      const { mayor: known } = await lookAtMayor(context, { town, signal, timeoutMs: decidingLookMs });
      return { seen: known?.session ?? null };
    },
    reply: mayorEnsured,
    read: ({ params }, verdict, context) => readEnsured(params.town, verdict, context),
  }),
  commandOperation({
    id: "tellMayor",
    method: "post",
    path: `${path}/messages`,
    tag,
    summary: "Say something to the mayor",
    description:
      "The mayor is made and started for it. It is kept until the mayor was given it, once, over all restarts: GET …/nudges?agent= shows the receipt. The answer comes on the mayor's output: the stream with `agent=<id>`.",
    params: townPath,
    body: tellMayor.data.strict(),
    descriptor: tellMayor,
    town: ({ params }) => params.town,
    subject: () => "mayor",
    data: ({ body }) => body,
    status: 201,
    reply: toldMayor,
    read: (_, verdict) => Promise.resolve({ seq: null, data: toldMayor.parse(verdict.result) }),
    location: ({ params }, verdict) => `/v1/towns/${params.town}/nudges?agent=${toldMayor.parse(verdict.result).agent}`,
  }),
];
