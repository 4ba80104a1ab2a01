import { spawnSync } from "node:child_process";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { startGroup } from "@gastown/service";

/**
 * A program that behaves to its runtime as the container host does: reads its configuration from standard input, starts one
 * agent in a process group of its own and records it in `run/`, and on SIGTERM saves its work, slowly, before it ends.
 * What it did stands in `told.txt` of its folder. `stubborn` ones do not end when asked, `exit` ones end at once, `hungry` ones take
 * memory until there is none; what a `script` writes is told line by line.
 */
interface Wanted {
  stubborn?: boolean;
  exit?: number;
  hungry?: boolean;
  script?: string;
}
const { stubborn = false, exit, hungry = false, script } = JSON.parse(await text(process.stdin)) as Wanted;

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
if (script !== undefined) {
  const { stdout, stderr } = spawnSync("bash", ["-c", script], { encoding: "utf8" });
  for (const line of `${stdout}${stderr}`.trim().split("\n")) tell(line);
}
tell("started");
const eaten = hungry ? Array.from({ length: 10_000 }, () => Buffer.alloc(1024 * 1024, 1)) : [];
if (eaten.length > 0) tell("full");
if (exit === undefined) setInterval(() => {}, 1_000);
else process.exitCode = exit;
