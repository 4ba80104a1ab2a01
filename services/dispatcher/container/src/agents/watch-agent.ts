import type { Logger } from "@gastown/telemetry";
import type { Limits } from "../config.ts";
import { nudgeText, reminder } from "../prompts/role-prompts.ts";
import type { AgentServer, SessionFacts } from "../runtime/agent-runtime.ts";
import { endingOf, type AgentRun, type Ending } from "./agent-run.ts";
import type { Nudge } from "./nudges.ts";
import type { Output } from "./output.ts";
import { hasEnded, nextStep, readTurn, type Turn, type Watched } from "./turn.ts";

interface WatchOptions {
  limits: Limits;
  output: Output;
  /** Tells at once, instead of at the next heartbeat, that something was said that had to wait. */
  beat: () => Promise<void>;
  logger: Logger;
}

/** Without a sign of work for this long, something may wait for an answer whose question we missed. */
const quietMs = 15_000;

/** A nudge whose prompt was not confirmed, and does not show in the session either, is said again after this. */
const unconfirmedMs = 15_000;

/** Lets a loop sleep until it is woken or the time is over; a wake between two sleeps is not lost. */
function createWake(): { wake: () => void; sleep: (ms: number) => Promise<void> } {
  let woken = Promise.withResolvers<void>();
  return {
    wake: () => woken.resolve(),
    async sleep(ms) {
      const timer = setTimeout(woken.resolve, ms);
      await woken.promise;
      clearTimeout(timer);
      woken = Promise.withResolvers();
    },
  };
}

/** One agent under watch. */
interface Watch extends WatchOptions {
  run: AgentRun;
  server: AgentServer;
  watched: Watched;
  /** The newest prompt there was when the last one was given. */
  promptBefore: string | null;
  /** What was said and not confirmed: whether the server took it shows in the session. */
  unconfirmed: { nudges: readonly Nudge[]; before: string | null; at: number } | null;
  exited: string | null;
}

async function followEvents(watch: Watch, wake: () => void, signal: AbortSignal): Promise<void> {
  const { run, server, output, logger } = watch;
  try {
    for await (const event of server.events(signal)) {
      output.add(event);
      if (event.kind === "work") run.activeAt = new Date();
      if (event.kind === "look" || event.kind === "error") wake();
    }
  } catch (error) {
    logger.warn({ error }, "an agent's events were lost");
  }
}

async function look({ run, server, logger }: Watch): Promise<SessionFacts | null> {
  try {
    const facts = await server.status();
    run.aliveAt = new Date();
    return facts;
  } catch (error) {
    logger.debug({ error }, "the agent server did not answer");
    return null;
  }
}

async function remind(watch: Watch, facts: SessionFacts): Promise<void> {
  const { watched, server, output, logger } = watch;
  watch.promptBefore = facts.lastPrompt;
  watched.reminders += 1;
  watched.promptedAt = Date.now();
  output.status("reminded of gt_done");
  // When the prompt is lost its turn stays unseen, and that is noticed.
  await server.prompt(reminder).catch((error: unknown) => logger.warn({ error }, "a reminder was not taken"));
}

/** The agent was given these: their turn has to be seen, and waited for, as that of any other prompt. */
function given(watch: Watch, nudges: readonly Nudge[], before: string | null): void {
  watch.unconfirmed = null;
  watch.promptBefore = before;
  watch.watched.promptedAt = Date.now();
  watch.run.nudges.given(nudges);
  watch.output.status("was sent a message");
  void watch.beat();
}

async function say(watch: Watch, nudges: readonly Nudge[], before: string | null): Promise<void> {
  try {
    await watch.server.prompt(nudgeText(nudges.map(({ message }) => message)));
    given(watch, nudges, before);
  } catch (error) {
    watch.logger.warn({ error }, "a message was not confirmed");
    watch.unconfirmed = { nudges, before, at: Date.now() };
  }
}

/** Says what is to be said now; true when the agent is, or may be, on to something new because of it. */
async function sayDue(watch: Watch, facts: SessionFacts, turn: Turn): Promise<boolean> {
  const { run, unconfirmed } = watch;
  if (unconfirmed !== null) {
    if (facts.lastPrompt !== unconfirmed.before) given(watch, unconfirmed.nudges, unconfirmed.before);
    else if (Date.now() - unconfirmed.at > unconfirmedMs) watch.unconfirmed = null;
    return true;
  }
  if (run.done !== null || turn.is === "unseen") return false;
  const due = run.nudges.due(hasEnded(turn));
  if (due.length > 0) await say(watch, due, facts.lastPrompt);
  return due.length > 0;
}

function note({ run, watched }: Watch, facts: SessionFacts): void {
  watched.activeAt = Math.max(watched.promptedAt, run.activeAt?.getTime() ?? 0);
  watched.doneAt = run.done?.at.getTime() ?? null;
  run.busy = facts.toolRunning;
}

async function act(watch: Watch, facts: SessionFacts): Promise<Ending | null> {
  const { server, watched, limits, logger } = watch;
  const now = Date.now();
  note(watch, facts);
  const turn = readTurn(facts, watch.promptBefore);
  if (await sayDue(watch, facts, turn)) return null;
  const step = nextStep(turn, watched, { limits, now });
  if (step.do === "end") return { reason: step.reason, cause: step.cause };
  if (step.do === "remind") await remind(watch, facts);
  const quiet = turn.is === "running" && now - watched.activeAt > quietMs;
  if (step.do === "unblock" || quiet)
    await server.unblock().catch((error: unknown) => logger.warn({ error }, "a waiting agent was not answered"));
  return null;
}

/** Looks once and acts on it; a reason when it is over. */
async function lookOnce(watch: Watch): Promise<Ending | null> {
  const told = endingOf(watch.run);
  if (told !== null) return told;
  if (watch.exited !== null) return crashed(`the agent server ended (${watch.exited})`);
  const facts = await look(watch);
  if (facts !== null) return act(watch, facts);
  const deafMs = Date.now() - watch.run.aliveAt.getTime();
  return deafMs > watch.limits.deafMs ? crashed(`the agent server did not answer for ${deafMs} ms`) : null;
}

function crashed(how: string): Ending {
  return { reason: `crashed: ${how}`, cause: "crashed" };
}

/**
 * Watches over a prompted agent until there is a reason to end it, and answers the reason. Events wake it; what it acts on is
 * read from the server each time. True afterwards: nothing of the watching goes on, the server may still run.
 */
export async function watchAgent(run: AgentRun, server: AgentServer, options: WatchOptions): Promise<Ending> {
  const { wake, sleep } = createWake();
  const closing = new AbortController();
  const now = Date.now();
  run.aliveAt = new Date(now);
  const watched = { promptedAt: now, activeAt: now, reminders: 0, doneAt: null };
  const watch: Watch = { ...options, run, server, watched, promptBefore: null, unconfirmed: null, exited: null };
  void server.exited.then((reason) => {
    watch.exited = reason;
    wake();
  });
  run.stop.signal.addEventListener("abort", wake, { once: true });
  const deaf = run.nudges.onAdded(wake);
  const following = followEvents(watch, wake, closing.signal);
  try {
    for (;;) {
      const ending = await lookOnce(watch);
      if (ending !== null) return ending;
      await sleep(options.limits.lookMs);
    }
  } finally {
    run.stop.signal.removeEventListener("abort", wake);
    deaf();
    run.busy = false;
    closing.abort();
    await following;
  }
}
