import { parse, TomlError } from "smol-toml";
import { CliError } from "./cli-error.ts";

/** A task as a file or a flag has it: `after` names others by their `id`, or by their number from 1. */
interface DraftTask {
  id?: string | undefined;
  after?: unknown;
  [field: string]: unknown;
}

/** The body of a request that makes a convoy; what else is in a file goes along, and the gateway names what it does not know. */
export interface ConvoyDraft {
  tasks: Record<string, unknown>[];
  [field: string]: unknown;
}

function invalid(message: string): CliError {
  return new CliError(message, { code: "invalid", advice: "gastown convoy create --help shows how it looks." });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function read(path: string, text: string): unknown {
  try {
    return path.endsWith(".json") || text.trimStart().startsWith("{") ? JSON.parse(text) : parse(text);
  } catch (error) {
    if (error instanceof TomlError) {
      const [said = ""] = error.message.replace(/^Invalid TOML document: /, "").split("\n");
      throw invalid(`${path}, line ${error.line}, column ${error.column}: ${said}`);
    }
    throw invalid(`${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The positions from 0 of the tasks that are named. */
function positionsOf(after: unknown, ids: readonly (string | undefined)[], where: string): number[] {
  const named = Array.isArray(after) ? (after as unknown[]) : [after];
  return named.map((name) => {
    const text = typeof name === "number" ? String(name) : name;
    const at = typeof text !== "string" ? -1 : /^\d+$/.test(text) ? Number(text) - 1 : ids.indexOf(text);
    if (at >= 0 && at < ids.length) return at;
    throw invalid(`${where}: there is no task ${JSON.stringify(name)} to come before it.`);
  });
}

/** The tasks with `after` as positions, as the API wants it; `rig` is that of tasks that name none. */
export function draftOf(tasks: DraftTask[], rig: string | undefined): ConvoyDraft["tasks"] {
  const ids = tasks.map(({ id }) => id);
  const twice = ids.find((id, at) => id !== undefined && ids.indexOf(id) !== at);
  if (twice !== undefined) throw invalid(`Two tasks have the id ${twice}.`);
  return tasks.map((task, at) => {
    const fields = Object.entries(task).filter(([name]) => name !== "id" && name !== "after");
    return {
      ...(rig !== undefined && { rig }),
      ...Object.fromEntries(fields),
      ...(task.after !== undefined && { dependsOn: positionsOf(task.after, ids, `Task ${at + 1}`) }),
    };
  });
}

/** A convoy from a TOML or JSON text. Throws a CliError that names the file, the line or the task. */
export function parseConvoy(path: string, text: string, rig: string | undefined): ConvoyDraft {
  const file = read(path, text);
  if (!isRecord(file) || !Array.isArray(file["tasks"]) || !file["tasks"].every(isRecord))
    throw invalid(`${path} has no tasks: it needs [[tasks]] with a rig and a title each.`);
  const unnamed = file["tasks"].findIndex(({ id }) => id !== undefined && typeof id !== "string");
  if (unnamed >= 0) throw invalid(`${path}: the id of task ${unnamed + 1} is no text.`);
  return { ...file, tasks: draftOf(file["tasks"], rig) };
}

/** Tasks of `--task "rig: title"` in their order, each with the `--after` that came behind it. */
export function taskCollector() {
  const tasks: DraftTask[] = [];
  return {
    task(text: string): DraftTask[] {
      const [, rig, title] = /^([a-z0-9-]+):\s+(.+)$/s.exec(text) ?? [];
      tasks.push(rig === undefined ? { title: text } : { rig, title });
      return tasks;
    },
    after(text: string): string {
      const last = tasks.at(-1);
      if (last === undefined) throw invalid("--after goes behind the --task that waits.");
      const before = Array.isArray(last.after) ? (last.after as unknown[]) : [];
      last.after = [...before, ...text.split(",").map((part) => part.trim())];
      return text;
    },
  };
}
