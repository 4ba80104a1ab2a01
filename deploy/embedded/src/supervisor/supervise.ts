import { setTimeout as wait } from "node:timers/promises";
import { listenForStop } from "../listen-for-stop.ts";
import { createRestartPlan } from "./restart-plan.ts";
import { type Ended, startTownProcess, type TownProcess, townProgram } from "./town-process.ts";

/**
 * Runs the town as a process of its own with these arguments, and starts it again, with back-off, whenever it ended without being told
 * to. Answers the exit code: that of a first start that failed (its reason would be there the next time, too), of the run that was told
 * to stop, or of the last one when it does not come up any more.
 */
export async function supervise(args: readonly string[], program = townProgram): Promise<number> {
  const stop = new AbortController();
  let run: TownProcess | null = null;
  listenForStop({
    stop: () => stop.abort(),
    force: () => {
      console.error("Forced. What still runs is taken over, or cleaned up, by the next start.");
      run?.kill();
      process.exit(130);
    },
  });
  const plan = createRestartPlan();
  for (let first = true; ; first = false) {
    // What died without being told left agents and servers: one more run stops them.
    const onlyToStop = stop.signal.aborted;
    run = startTownProcess(program, args);
    const ended = await runToEnd(run, { first, stop: stop.signal });
    const neverUp = ended.upMs === null && (first || stop.signal.aborted);
    if (onlyToStop || neverUp || ended.told || ended.code === 0) return ended.code;
    const waitMs = plan.afterRun(ended.upMs);
    say(run, ended, waitMs);
    if (waitMs === null) return ended.code;
    await pause(waitMs, stop.signal);
  }
}

/**
 * Passes a wish to stop on. A first start is given up at once; a later one has to come up before it can stop what the run before it left:
 * agents that work, and servers.
 */
async function runToEnd(run: TownProcess, { first, stop }: { first: boolean; stop: AbortSignal }): Promise<Ended> {
  const passOn = async (): Promise<void> => {
    if (!first) await run.started;
    run.stop();
  };
  const onStop = (): void => void passOn();
  if (stop.aborted) onStop();
  stop.addEventListener("abort", onStop, { once: true });
  const ended = await run.ended;
  stop.removeEventListener("abort", onStop);
  return ended;
}

function say({ pid }: TownProcess, { how }: Ended, waitMs: number | null): void {
  const what = `gastown: the town's process${pid === undefined ? "" : ` (pid ${pid})`} ${how}`;
  if (waitMs === null)
    console.error(`${what}. It does not come up any more and is not started again: see logs/ in its state folder.`);
  else console.error(`${what}; it is started again in ${waitMs / 1_000} s`);
}

/** Resolves after the time, or as soon as the signal aborts. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
