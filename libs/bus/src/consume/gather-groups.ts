import { injectTrace, withTrace, type Logger } from "@gastown/telemetry";
import { isOutage } from "./is-outage.ts";
import type { CommandMessage, GroupedMessage, GroupHandler, Handler, Outcome } from "./outcome.ts";

/**
 * A second group is worked on beside the first when it is as large as this: what a transaction costs by itself is then shared by
 * enough commands, and neither the database nor this process waits for the other.
 */
const besideFrom = 12;
const groupsAtOnce = 2;
/** The shards whose commands were settled together have their next ones at almost the same time: these are waited for so long. */
const gatherMs = 4;

interface Waiting {
  readonly message: GroupedMessage;
  readonly settle: PromiseWithResolvers<Outcome>;
}

/**
 * A handler for single commands that hands those several shards hold at the same moment to `handleGroup` together. What arrives
 * while a group is worked on gathers for the next one; when none is, a command goes at once, as a group of one. When a group
 * fails each of its commands is handled alone, and so is one that is delivered again: a poison command hurts itself only.
 */
export function gatherGroups(handleGroup: GroupHandler, logger: Logger): Handler {
  const waiting: Waiting[] = [];
  let running = 0;
  /** How many are likely to come at this moment. */
  let expected = 0;
  let called = false;
  const startNext = (): void => {
    called = false;
    const enough = running === 0 ? Math.max(1, expected) : besideFrom;
    if (running < groupsAtOnce && waiting.length >= enough) start(waiting.splice(0));
  };
  const start = (group: readonly Waiting[]): void => {
    running++;
    // A group belongs to no command's trace; each command brings its own (`within`).
    const ended = withTrace({}, () => workOn(group, handleGroup, logger));
    void ended.finally(() => {
      running--;
      expect(group.length);
    });
  };
  const expect = (count: number): void => {
    expected = count > 1 ? count : 0;
    startNext();
    if (count > 1)
      setTimeout(() => {
        expected = 0;
        startNext();
      }, gatherMs);
  };
  return (message) => {
    const grouped = grouping(message);
    if (message.deliveries > 1) return alone(grouped, handleGroup);
    const settle = Promise.withResolvers<Outcome>();
    waiting.push({ message: grouped, settle });
    // At the end of this turn of the event loop: what came in together goes together.
    if (!called) setImmediate(startNext);
    called = true;
    return settle.promise;
  };
}

function grouping(message: CommandMessage): GroupedMessage {
  const { envelope, descriptor, stream, seq, deliveries, lastDelivery } = message;
  const trace = injectTrace();
  return {
    envelope,
    descriptor,
    stream,
    seq,
    deliveries,
    lastDelivery,
    within: (fn) => withTrace(trace, fn),
    // It is made when it is asked for.
    get signal() {
      return message.signal;
    },
  };
}

/** Settles every command of the group. Does not throw. */
async function workOn(group: readonly Waiting[], handleGroup: GroupHandler, logger: Logger): Promise<void> {
  try {
    const outcomes = await together(
      group.map(({ message }) => message),
      handleGroup,
    );
    for (const [index, { settle }] of group.entries()) settle.resolve(outcomes[index] as Outcome);
  } catch (error) {
    // While a dependency is away it is away for each of them too.
    if (group.length === 1 || isOutage(error)) return group.forEach(({ settle }) => settle.reject(error));
    logger.warn({ commands: group.length, err: error }, "a group of commands failed, each is handled alone");
    const byTown = Map.groupBy(group, ({ message }) => message.envelope.townid);
    await Promise.all(Array.from(byTown.values(), (ofTown) => oneByOne(ofTown, handleGroup)));
  }
}

/** Commands of one town, each when the one before it has its outcome. */
async function oneByOne(group: readonly Waiting[], handleGroup: GroupHandler): Promise<void> {
  for (const { message, settle } of group) {
    await alone(message, handleGroup).then(settle.resolve, settle.reject);
  }
}

async function alone(message: GroupedMessage, handleGroup: GroupHandler): Promise<Outcome> {
  const [outcome] = await together([message], handleGroup);
  return outcome as Outcome;
}

async function together(messages: readonly GroupedMessage[], handleGroup: GroupHandler): Promise<readonly Outcome[]> {
  const outcomes = await handleGroup(messages);
  if (outcomes.length === messages.length) return outcomes;
  throw new Error(`${messages.length} commands were answered with ${outcomes.length} outcomes`);
}
