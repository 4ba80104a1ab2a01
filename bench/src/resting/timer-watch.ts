import { createHook } from "node:async_hooks";

/** Counts the timers of this process that fire. */
export interface TimerWatch {
  /** How often timers fired since the last call, by the file that set them; forgets them. */
  take(): Record<string, number>;
  close(): void;
}

const ownFile = import.meta.url;

/** Knows all timers that are set from now on. */
export function watchTimers(): TimerWatch {
  const origins = new Map<number, string>();
  let fired: Record<string, number> = {};
  const hook = createHook({
    init(id, type) {
      if (type === "Timeout") origins.set(id, originOf(new Error("set here").stack ?? ""));
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
    close: () => void hook.disable(),
  };
}

/** The first file of a stack that is not Node's and not this one, from its package or workspace on. */
function originOf(stack: string): string {
  const files = stack.split("\n").flatMap((line) => /(\/[^():]+\.[cm]?[jt]s):\d/.exec(line)?.[1] ?? []);
  const first = files.find((file) => !ownFile.endsWith(file)) ?? "node";
  return first.replace(/^.*\/node_modules\//, "").replace(/^.*\/((libs|services|bench)\/)/, "$1");
}
