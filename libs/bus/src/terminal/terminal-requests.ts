import {
  terminalInput,
  terminalOf,
  terminalOutput,
  terminalRequests,
  terminalSubject,
  type TerminalAddress,
  type TerminalInput,
  type TerminalOutput,
  type TerminalVerb,
} from "@gastown/contracts";
import type { Logger } from "@gastown/telemetry";
import { onAbort } from "../abortable.ts";
import type { Bus } from "../connect.ts";
import { request } from "../queries/request.ts";
import { respond } from "../queries/respond.ts";
import { wireOf } from "../wire.ts";

type TerminalData<V extends TerminalVerb> = (typeof terminalRequests)[V]["data"]["_zod"]["output"];
type TerminalReply<V extends TerminalVerb> = (typeof terminalRequests)[V]["reply"]["_zod"]["output"];
type RequestHandlers = {
  [V in TerminalVerb]: (address: TerminalAddress, data: TerminalData<V>) => Promise<TerminalReply<V>>;
};
/** What a container host does for each request about a terminal, and with what is typed. */
export interface TerminalHandlers {
  requests: RequestHandlers;
  input: (address: TerminalAddress, input: TerminalInput) => void;
}

const timeoutMs = 10_000;
/** A first terminal of a cold agent server takes 2 s (runtime.md §5), and much longer on a busy machine; the host itself gives up after 30 s. */
const attachMs = 40_000;
const verbs = Object.keys(terminalRequests) as TerminalVerb[];

/** Asks the container host of a town about a terminal. Throws QueryError: `unavailable` when no host is there or it does not answer. */
// oxlint-disable-next-line eslint/max-params -- the address and the verb are where it goes, the data is what
export async function askTerminal<V extends TerminalVerb>(
  bus: Bus,
  address: TerminalAddress,
  verb: V,
  data: TerminalData<V>,
): Promise<TerminalReply<V>> {
  const answer = await request<TerminalReply<V>>(bus, {
    subject: terminalSubject(address, `ctl.${verb}`),
    data: { schema: terminalRequests[verb].data, value: data },
    reply: terminalRequests[verb].reply,
    timeoutMs: verb === "attach" ? attachMs : timeoutMs,
  });
  return answer.data;
}

/** Types into a terminal. Whether it arrives is seen in the output only. */
export function typeIntoTerminal(bus: Bus, address: TerminalAddress, input: TerminalInput): void {
  wireOf(bus).connection.publish(terminalSubject(address, "in"), JSON.stringify(input));
}

/** Tells those who look at a terminal what came of it. Nobody needs to look. */
export function publishTerminal(bus: Bus, address: TerminalAddress, output: TerminalOutput): void {
  wireOf(bus).connection.publish(terminalSubject(address, "out"), JSON.stringify(output));
}

/** Calls `hear` with what is told of a terminal from now on, until the signal aborts. What a lost connection brings is missed. */
// oxlint-disable-next-line eslint/max-params -- the listener reads best before its options
export function followTerminal(
  bus: Bus,
  address: TerminalAddress,
  hear: (output: TerminalOutput) => void,
  { logger, signal }: { logger: Logger; signal: AbortSignal },
): void {
  listen(bus, { subject: terminalSubject(address, "out"), schema: terminalOutput, logger, signal, hear });
}

/** Answers gateways as the container host of a town, until the signal aborts. */
// oxlint-disable-next-line eslint/max-params -- the handlers read best before their options
export function answerTerminals(
  bus: Bus,
  town: string,
  { requests, input: type }: TerminalHandlers,
  options: { logger: Logger; signal: AbortSignal },
): void {
  for (const verb of verbs) answerVerb(bus, { town, verb, requests, ...options });
  listen(bus, {
    subject: terminalSubject({ town, agent: "*", session: "*" }, "in"),
    schema: terminalInput,
    ...options,
    hear: (input, subject) => type(addressOf(subject), input),
  });
}

interface AnsweredVerb<V extends TerminalVerb> {
  town: string;
  verb: V;
  requests: RequestHandlers;
  logger: Logger;
  signal: AbortSignal;
}

function answerVerb<V extends TerminalVerb>(bus: Bus, { town, verb, requests, ...options }: AnsweredVerb<V>): void {
  respond<TerminalData<V>, TerminalReply<V>>(bus, {
    subject: terminalSubject({ town, agent: "*", session: "*" }, `ctl.${verb}`),
    data: terminalRequests[verb].data,
    reply: terminalRequests[verb].reply,
    answer: async (subject, data) => ({ seq: null, data: await requests[verb](addressOf(subject), data) }),
    ...options,
  });
}

function addressOf(subject: string): TerminalAddress {
  const address = terminalOf(subject);
  if (address === null) throw new Error(`${subject} is no terminal's subject`);
  return address;
}

interface Listening<Message> {
  subject: string;
  schema: { safeParse(value: unknown): { success: true; data: Message } | { success: false } };
  hear: (message: Message, subject: string) => void;
  logger: Logger;
  signal: AbortSignal;
}

/** What is no message of ours is left out: anybody may publish there by hand. */
function listen<Message>(bus: Bus, { subject, schema, hear, logger, signal }: Listening<Message>): void {
  const subscription = wireOf(bus).connection.subscribe(subject, {
    callback: (error, message) => {
      if (error) return logger.error({ subject, err: error }, "a terminal cannot be followed");
      try {
        const read = schema.safeParse(JSON.parse(message.string()));
        if (read.success) hear(read.data, message.subject);
        else logger.debug({ subject: message.subject }, "no message of a terminal");
      } catch (cause) {
        logger.debug({ subject: message.subject, err: cause }, "a message of a terminal was left out");
      }
    },
  });
  onAbort(signal, () => subscription.unsubscribe());
}
