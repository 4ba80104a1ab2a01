// The process of a town that `gastown up` runs, and starts again when it ends without being told to (supervisor/supervise.ts).
import { parseArguments } from "./arguments.ts";
import { runHere } from "./run-here.ts";
import { fromTown, stopTown } from "./supervisor/words.ts";

/** The supervisor may be gone; who is gone needs no answer. */
function tell(word: (typeof fromTown)[keyof typeof fromTown]): void {
  if (process.connected) process.send?.(word, undefined, undefined, () => {});
}

// A terminal that is gone takes no lines; what is under way goes on to its end.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
const stop = new AbortController();
process.on("message", (word) => {
  if (word === stopTown) stop.abort();
});
// Nobody is left who would start this process again, or pass a wish to stop on.
process.on("disconnect", () => stop.abort());
process.exit(
  await runHere(parseArguments(process.argv.slice(2)), {
    stop: stop.signal,
    onStop: () => tell(fromTown.stopping),
    onStarted: () => tell(fromTown.started),
  }),
);
