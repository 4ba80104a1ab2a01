import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { startGroup } from "@gastown/service";

/**
 * A program that behaves to its runtime as the container host does: reads its configuration from standard input, starts one
 * agent in a process group of its own and records it in `run/`, and on SIGTERM saves its work, slowly, before it ends.
 * What it did stands in `told.txt` of its folder.
 */
const { stubborn = false, exit } = JSON.parse(await text(process.stdin)) as { stubborn?: boolean; exit?: number };

function tell(line: string): void {
  appendFileSync("told.txt", `${line}\n`);
}

process.stderr.write("first line\nlast line\n");
mkdirSync("run", { recursive: true });
const { record } = startGroup({
  command: process.execPath,
  args: ["-e", "setInterval(() => {}, 1000)"],
  cwd: process.cwd(),
  env: {},
});
writeFileSync("run/gt-1.json", JSON.stringify(record));
process.on("SIGTERM", () => {
  tell("asked to end");
  if (stubborn) return;
  setTimeout(() => {
    tell("saved");
    process.exit(0);
  }, 300);
});
tell("started");
if (exit === undefined) setInterval(() => {}, 1_000);
else process.exitCode = exit;
