// `npm run simulate`: random histories of a town on all cores; exit code 0 only when every property held in every one.
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { runHistories } from "./run-histories.ts";

const help = `Usage: npm run simulate -- [--histories N] [--seed S] [--workers W]

Random histories of a town's rules: agents that succeed, fail, hang, lie or vanish, people that act late, a forge whose facts
repeat and reorder, a clock that jumps. Prints each violation with its seed; the last line is the figure.

  --histories N  how many (200000)
  --seed S       the first seed (1); history i has seed S + i
  --workers W    threads (one a core)
`;

function numberOf(name: string, given: string): number {
  const number = Number(given);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  process.stderr.write(`--${name}: ${given} is not a whole number of 1 or more\n`);
  process.exit(2);
}

const { values } = parseArgs({
  options: {
    histories: { type: "string", default: "200000" },
    seed: { type: "string", default: "1" },
    workers: { type: "string", default: String(availableParallelism()) },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) {
  process.stdout.write(help);
  process.exit(0);
}
const [histories, seed] = [numberOf("histories", values.histories), numberOf("seed", values.seed)];
const workers = Math.min(numberOf("workers", values.workers), histories);

const began = performance.now();
let [done, violations] = [0, 0];
const progress = setInterval(() => process.stderr.write(`${done} of ${histories} histories\n`), 10_000);

await runHistories({ seed, histories, workers }, (told) => {
  done += told.done;
  if (told.violation === null) return;
  violations += 1;
  process.stdout.write(`${told.violation}\n\n`);
});
clearInterval(progress);
const seconds = (performance.now() - began) / 1000;
const pace = Math.round((done / seconds) * 60);
process.stdout.write(
  `${done} histories from seed ${seed}, ${violations} violations, ${seconds.toFixed(0)} s, ${pace} a minute\n`,
);
process.exitCode = violations === 0 && done === histories ? 0 : 1;
