// What runs as an agent's user: one task, told on standard input, its answer on standard output (run-task.ts).
import { text } from "node:stream/consumers";
import { z } from "zod";
import { tasks } from "./tasks.ts";

const told = z.object({ task: z.string(), input: z.unknown() });

async function answer(): Promise<unknown> {
  const { task: name, input } = told.parse(JSON.parse(await text(process.stdin)));
  const task = tasks.find((one) => one.name === name);
  if (task === undefined) throw new Error(`there is no task ${name}`);
  return task.runTold(input);
}

let said: object;
try {
  said = { answer: (await answer()) ?? null };
} catch (error) {
  said = error instanceof Error ? { error: error.message, name: error.name } : { error: String(error), name: "Error" };
}
process.stdout.write(JSON.stringify(said));
