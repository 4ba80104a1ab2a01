import { AsyncLocalStorage } from "node:async_hooks";
import type { Logger } from "@gastown/telemetry";
import { isOutage } from "./is-outage.ts";
import type { CommandMessage, GroupedMessage, GroupHandler, Handler, Outcome } from "./outcome.ts";

/** While two groups commit the next one gathers: the database is never idle, and more at once would only make groups smaller. */
const groupsAtOnce = 2;

interface Waiting {
  readonly message: GroupedMessage;
  readonly settle: PromiseWithResolvers<Outcome>;
}

/**
 * A handler for single commands that hands those several shards hold at the same moment to `handleGroup` together. What arrives
 * while groups are worked on gathers for the next one; when none is, a command goes at once, as a group of one. When a group
 * fails each of its commands is handled alone, and so is one that is delivered again: a poison command hurts itself only.
 */
export function gatherGroups(handleGroup: GroupHandler, logger: Logger): Handler {
  const waiting: Waiting[] = [];
  // A group belongs to no message's trace; each message brings its own (`within`).
  const outside = AsyncLocalStorage.snapshot();
  let running = 0;
  let called = false;
  const startNext = (): void => {
    called = false;
    if (running >= groupsAtOnce || waiting.length === 0) return;
    running++;
    const group = waiting.splice(0);
    const ended = outside(() => workOn(group, handleGroup, logger));
    void ended.finally(() => {
      running--;
      startNext();
    });
  };
  return (message) => {
    const grouped = withContext(message);
    if (message.deliveries > 1) return alone(grouped, handleGroup);
    const settle = Promise.withResolvers<Outcome>();
    waiting.push({ message: grouped, settle });
    // At the end of this turn of the event loop: what came in together goes together.
    if (!called) setImmediate(startNext);
    called = true;
    return settle.promise;
  };
}

function withContext(message: CommandMessage): GroupedMessage {
  return { ...message, within: AsyncLocalStorage.snapshot() };
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
