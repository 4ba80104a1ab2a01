// What runs as an agent's user: one task, told on standard input; lines of JSON on standard output, the last one its answer (run-task.ts).
// It is one of many, and short: it loads no more than its task needs, and does not look again at what the host's own code was typed to tell.
import { text } from "node:stream/consumers";
import { deeds } from "./deeds.ts";
import type { Rescuing } from "./task.ts";

/** As the host tells it: its input is that of the task. */
interface Told {
  task: string;
  input: never;
}

// Who does not want it any more ends the process.
const how: Rescuing = { signal: new AbortController().signal, rescued: (rescued) => say({ rescued }) };

function say(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

function isTask(name: string): name is keyof typeof deeds {
  return Object.hasOwn(deeds, name);
}

async function answer(): Promise<unknown> {
  const { task, input } = JSON.parse(await text(process.stdin)) as Told;
  if (!isTask(task)) throw new Error(`there is no task ${task}`);
  const deed = await deeds[task]();
  return deed(input, how);
}

try {
  say({ answer: await answer() });
} catch (error) {
  say(error instanceof Error ? { error: error.message, name: error.name } : { error: String(error), name: "Error" });
}
