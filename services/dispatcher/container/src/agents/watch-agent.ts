import { nudgeText, promptOf, reminder } from "../prompts/role-prompts.ts";
import type { AgentSession, SessionFacts } from "../runtime/agent-runtime.ts";
import { endingOf, type AgentRun, type Ending } from "./agent-run.ts";
import { goesBack, goOn, trialOf } from "./go-on.ts";
import { keepsSession } from "./keeps-session.ts";
import { createModelChanger } from "./model-changer.ts";
import type { Nudge } from "./nudges.ts";
import { hasEnded, nextStep, readTurn, type Turn } from "./turn.ts";
import { createWake } from "./wake.ts";
import { follow, saidSomething, type Unfollowed, type Watch, type WatchOptions } from "./watch.ts";

/** Without a sign of work for this long, something may wait for an answer whose question we missed. */
const quietMs = 15_000;

/** A nudge whose prompt was not confirmed, and does not show in the session either, is said again after this. */
const unconfirmedMs = 15_000;

async function look({ run, session, logger }: Watch): Promise<SessionFacts | null> {
  try {
    const facts = await session.status();
    run.aliveAt = new Date();
    return facts;
  } catch (error) {
    logger.debug({ error }, "the agent server did not answer");
    return null;
  }
}

async function remind(watch: Watch, facts: SessionFacts): Promise<void> {
  const { watched, session, output, logger } = watch;
  saidSomething(watch, reminder, facts.lastPrompt);
  watched.reminders += 1;
  output.status("reminded of gt_done");
  // When the prompt is lost its turn stays unseen, and that is noticed.
  await session.prompt(reminder).catch((error: unknown) => logger.warn({ error }, "a reminder was not taken"));
}

/** The agent was given these: their turn has to be seen, and waited for, as that of any other prompt. */
function given(watch: Watch, nudges: readonly Nudge[], before: string | null): void {
  watch.unconfirmed = null;
  saidSomething(watch, nudgeText(watch.run.job, nudges), before);
  watch.run.nudges.said(nudges);
  watch.output.status("was sent a message");
  keep(watch, null);
  void acknowledge(watch, nudges);
}

/** What was said to an agent that remembers counts as given when it is stored: it may have to remember it on another machine. */
async function acknowledge({ run, stored, beat }: Watch, nudges: readonly Nudge[]): Promise<void> {
  await stored(run);
  run.nudges.given(nudges);
  await beat();
}

async function say(watch: Watch, nudges: readonly Nudge[], before: string | null): Promise<void> {
  try {
    await watch.session.prompt(nudgeText(watch.run.job, nudges));
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
  if (watch.session.oneAtATime === true && !hasEnded(turn)) return false;
  const due = run.nudges.due(hasEnded(turn));
  if (due.length > 0) await say(watch, due, facts.lastPrompt);
  return due.length > 0;
}

/** What an agent that remembers has in its session is stored, once for each state. */
function keep(watch: Watch, state: string | null): void {
  if (!keepsSession(watch.run.job) || (state !== null && state === watch.kept)) return;
  watch.kept = state;
  watch.keep(watch.run, watch.session);
}

function note({ run, watched }: Watch, facts: SessionFacts): void {
  watched.activeAt = Math.max(watched.promptedAt, run.activeAt?.getTime() ?? 0);
  watched.doneAt = run.done?.at.getTime() ?? null;
  run.busy = facts.toolRunning;
}

function turnOf({ prompted, promptBefore }: Watch, facts: SessionFacts): Turn {
  return !prompted && facts.status.is === "idle" ? { is: "over" } : readTurn(facts, promptBefore);
}

async function act(watch: Watch, facts: SessionFacts): Promise<Ending | null> {
  const { run, session } = watch;
  note(watch, facts);
  const turn = turnOf(watch, facts);
  const rests = hasEnded(turn) && watch.unconfirmed === null;
  const back = goesBack(watch, turn);
  run.inTurn = !rests || watch.refused !== null;
  if (back) return null;
  if (rests && watch.refused === null) keep(watch, `${facts.lastPrompt} ${turn.is}`);
  if (watch.changer.isChanging(session, rests && run.done === null)) return null;
  return (await sayDue(watch, facts, turn)) ? null : step(watch, facts, turn);
}

async function unblock(watch: Watch): Promise<void> {
  const { session, logger } = watch;
  watch.asked = false;
  await session.unblock().catch((error: unknown) => logger.warn({ error }, "a waiting agent was not answered"));
}

/** People see that it waits for its model, and that it goes on. */
function tellOffline(watch: Watch, offline: boolean): void {
  if (offline !== watch.offline)
    watch.output.status(offline ? "it cannot reach its model" : "it reaches its model again");
  watch.offline = offline;
}

/** Does what an agent's turn asks for. */
async function step(watch: Watch, facts: SessionFacts, turn: Turn): Promise<Ending | null> {
  const { run, watched, limits } = watch;
  const now = Date.now();
  const next = nextStep(turn, watched, { limits, now, stays: keepsSession(run.job) });
  if (next.do === "end") return { reason: next.reason, cause: next.cause };
  if (next.do === "remind") await remind(watch, facts);
  tellOffline(watch, next.do === "unblock");
  const quiet = turn.is === "running" && now - watched.activeAt > quietMs;
  if (next.do === "unblock" || quiet || watch.asked) await unblock(watch);
  return null;
}

/** Looks once and acts on it; a reason when it is over. */
async function lookOnce(watch: Watch): Promise<Ending | null> {
  const outcome = watch.changer.takeOutcome();
  if (outcome !== null) await goOn(watch, outcome);
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

/** Where an agent was when its watching ended, and why that was. */
export interface Watching {
  ending: Ending;
  session: AgentSession;
}

/**
 * Watches over a prompted agent until there is a reason to end it, and answers the reason. Events wake it; what it acts on is
 * read from the server each time. True afterwards: nothing of the watching goes on; the session's server may still run, and no other.
 */
export async function watchAgent(run: AgentRun, session: AgentSession, options: WatchOptions): Promise<Watching> {
  const { wake, sleep } = createWake();
  const now = Date.now();
  run.aliveAt = new Date(now);
  const begun: Unfollowed = {
    ...options,
    run,
    session,
    wake,
    changer: createModelChanger(run, { launcher: options.launcher, logger: options.logger, ended: wake }),
    watched: { promptedAt: now, activeAt: now, reminders: 0, doneAt: null },
    trial: trialOf(session, run.model),
    refused: null,
    prompted: !session.resumed,
    said: session.resumed ? null : promptOf(run.job),
    promptBefore: null,
    unconfirmed: null,
    kept: null,
    exited: null,
    offline: false,
    asked: false,
  };
  const watch: Watch = Object.assign(begun, { following: follow(begun, session) });
  run.stop.signal.addEventListener("abort", wake, { once: true });
  const deaf = [run.nudges.onAdded(wake), run.modelWishes.onWished(wake)];
  try {
    const ending = await untilEnded(watch, sleep);
    await endChange(watch);
    return { ending, session: watch.session };
  } finally {
    run.stop.signal.removeEventListener("abort", wake);
    for (const end of deaf) end();
    run.busy = false;
    run.inTurn = false;
    watch.following.closing.abort();
    await watch.following.done;
  }
}

async function untilEnded(watch: Watch, sleep: (ms: number) => Promise<void>): Promise<Ending> {
  for (;;) {
    const ending = await lookOnce(watch);
    if (ending !== null) return ending;
    await sleep(watch.limits.lookMs);
  }
}

/** A change that is under way is given up; a wish that was not come to is told as such. */
async function endChange(watch: Watch): Promise<void> {
  const outcome = await watch.changer.end();
  if (outcome !== null) await goOn(watch, outcome);
  tellOpenWish(watch.run, watch.tellModel);
}

/** A wish for a model that nothing can come of any more is told. */
export function tellOpenWish(run: AgentRun, tellModel: WatchOptions["tellModel"]): void {
  const wished = run.modelWishes.newest;
  if (wished === null) return;
  run.modelWishes.settle(wished);
  const failure = "the agent ended before its model was changed";
  tellModel(run, { wished, before: run.model, model: null, failure });
}
