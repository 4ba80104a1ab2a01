import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";
import type { Arguments } from "./arguments.ts";
import { readEnvironment } from "./config.ts";
import { listenForStop } from "./listen-for-stop.ts";

/** Where Node keeps what it compiled, as for the command line; what cannot be written there is compiled each time. */
const compiled = fileURLToPath(new URL("../../../node_modules/.cache/gastown", import.meta.url));

export interface Told {
  /** Aborts when somebody else than this process' signals asks it to stop. */
  stop?: AbortSignal;
  /** Called once, when it is asked to stop by whomever. */
  onStop?: () => void;
  /** Called when the API answers. */
  onStarted?: () => void;
}

/** Runs `up` or `demo` in this process until it is over or told to stop; answers the exit code. A second wish to stop ends it at once. */
export async function runHere(given: Arguments, told: Told = {}): Promise<number> {
  const say = given.json ? () => {} : (line: string) => console.log(line);
  const stop = new AbortController();
  const begin = (): void => {
    if (stop.signal.aborted) return;
    say("\nStopping: agents save their work, then the services and servers end (again: at once) ...");
    told.onStop?.();
    stop.abort();
  };
  listenForStop({
    stop: begin,
    force: () => {
      say("Forced. What still runs is taken over, or cleaned up, by the next start.");
      process.exit(130);
    },
  });
  told.stop?.addEventListener("abort", begin);
  // It starts in two thirds of the time, and so do containers that are processes: they are told of the folder.
  enableCompileCache(compiled);
  // Loaded only now: a wish to stop that comes while it loads is heard.
  const { serve } = await import("./serve.ts");
  return await serve(given, readEnvironment(), { say, stop: stop.signal, onStarted: () => told.onStarted?.() });
}
