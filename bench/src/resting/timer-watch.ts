import { createHook } from "node:async_hooks";

/** Counts the timers of this process that fire, without those that the benchmark set itself. */
export interface TimerWatch {
  /**
   * How often timers fired since the last call, by the file that set them, and which of ours it was done for when that file is a
   * library's; forgets them.
   */
  take(): Record<string, number>;
  close(): void;
}

const ownFile = import.meta.url;
/** A library may be deep below the file of ours that called it. */
const stackDepth = 40;
const ours = /^(?:libs|services|deploy)\//;
const benchmark = /^(?:bench|libs\/testkit)\//;

/** Knows all timers that are set from now on. */
export function watchTimers(): TimerWatch {
  const origins = new Map<number, string>();
  let fired: Record<string, number> = {};
  const depthBefore = Error.stackTraceLimit;
  Error.stackTraceLimit = stackDepth;
  const hook = createHook({
    init(id, type) {
      const origin = type === "Timeout" ? originOf(new Error("set here").stack ?? "") : null;
      if (origin !== null) origins.set(id, origin);
    },
    before(id) {
      const origin = origins.get(id);
      if (origin !== undefined) fired[origin] = (fired[origin] ?? 0) + 1;
    },
    destroy: (id) => void origins.delete(id),
  }).enable();
  return {
    take() {
      const taken = fired;
      fired = {};
      return taken;
    },
    close() {
      hook.disable();
      Error.stackTraceLimit = depthBefore;
    },
  };
}

/** The first file of a stack that is not Node's and not this one, and the first of ours; null when the benchmark set the timer. */
function originOf(stack: string): string | null {
  const files = stack.split("\n").flatMap((line) => /(\/[^():]+\.[cm]?[jt]s):\d/.exec(line)?.[1] ?? []);
  const named = files.filter((file) => !ownFile.endsWith(file)).map(nameOf);
  const [first = "node"] = named;
  if (benchmark.test(first)) return null;
  const caller = named.find((file) => ours.test(file));
  return caller === undefined || caller === first ? first : `${first} for ${caller}`;
}

/** From its package or workspace on. */
function nameOf(file: string): string {
  return file.replace(/^.*\/node_modules\//, "").replace(/^.*\/((libs|services|deploy|bench)\/)/, "$1");
}
