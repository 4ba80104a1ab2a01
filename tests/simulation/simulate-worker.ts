// Runs a share of the histories: every `of`th seed, beginning with `first`.
import { parentPort, workerData } from "node:worker_threads";
import { runHistory } from "@gastown/testkit/simulator";
import { PureTown } from "./pure-town.ts";
import { tellViolation } from "./tell-violation.ts";

const { first, end, of } = workerData as { first: number; end: number; of: number };
const reportEvery = 200;
let done = 0;
for (let seed = first; seed < end; seed += of) {
  const violation = runHistory(() => new PureTown(), seed);
  done += 1;
  const told = violation === null ? null : tellViolation(violation);
  if (told !== null || done === reportEvery || seed + of >= end) {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port is no window
    parentPort?.postMessage({ done, violation: told });
    done = 0;
  }
}
