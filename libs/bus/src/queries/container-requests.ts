import { containerRequests, containerSubject, type ContainerVerb } from "@gastown/contracts";
import type { Logger } from "@gastown/telemetry";
import type { Bus } from "../connect.ts";
import { request } from "./request.ts";
import { respond } from "./respond.ts";

export type ContainerData<V extends ContainerVerb> = (typeof containerRequests)[V]["data"]["_zod"]["output"];
export type ContainerReply<V extends ContainerVerb> = (typeof containerRequests)[V]["reply"]["_zod"]["output"];
/** What a container host does for each request. */
export type ContainerHandlers = { [V in ContainerVerb]: (data: ContainerData<V>) => Promise<ContainerReply<V>> };

const timeoutMs = 5_000;
const verbs = Object.keys(containerRequests) as ContainerVerb[];

/**
 * Asks the container host of a town. Throws QueryError: `unavailable` when no host of that town is there or it does not answer.
 * The wish behind it is kept by the dispatcher, so that a lost request is asked again.
 */
// oxlint-disable-next-line eslint/max-params -- the town and verb are the address, the options can be left out
export async function askContainer<V extends ContainerVerb>(
  bus: Bus,
  town: string,
  verb: V,
  data: ContainerData<V>,
  options: { timeoutMs?: number | undefined; signal?: AbortSignal | undefined } = {},
): Promise<ContainerReply<V>> {
  const answer = await request<ContainerReply<V>>(bus, {
    subject: containerSubject(town, verb),
    data: { schema: containerRequests[verb].data, value: data },
    reply: containerRequests[verb].reply,
    timeoutMs: options.timeoutMs ?? timeoutMs,
    signal: options.signal,
  });
  return answer.data;
}

/** Answers the dispatcher as the container host of a town, until the signal aborts. */
// oxlint-disable-next-line eslint/max-params -- the handlers read best before their options
export function answerContainer(
  bus: Bus,
  town: string,
  handlers: ContainerHandlers,
  { logger, signal }: { logger: Logger; signal: AbortSignal },
): void {
  for (const verb of verbs) answerVerb(bus, { town, verb, handlers, logger, signal });
}

interface AnsweredVerb<V extends ContainerVerb> {
  town: string;
  verb: V;
  handlers: ContainerHandlers;
  logger: Logger;
  signal: AbortSignal;
}

function answerVerb<V extends ContainerVerb>(
  bus: Bus,
  { town, verb, handlers, logger, signal }: AnsweredVerb<V>,
): void {
  respond<ContainerData<V>, ContainerReply<V>>(bus, {
    subject: containerSubject(town, verb),
    data: containerRequests[verb].data,
    reply: containerRequests[verb].reply,
    answer: async (_, data) => ({ seq: null, data: await handlers[verb](data) }),
    logger,
    signal,
  });
}
