import type { FailedCheck } from "../forge.ts";
import type { LocalPull } from "./ledger.ts";
import { createTail } from "./tail.ts";

const failed: ReadonlySet<string> = new Set(["failure", "timed_out", "error"]);

/** The checks that failed on the head, with the last 200 lines of their logs. */
export function failedChecks({ checks, headCommit, requiredChecks }: LocalPull): FailedCheck[] {
  return checks
    .filter(({ commit, state, name }) => commit === headCommit && failed.has(state) && requiredChecks.includes(name))
    .map(({ name, commit, log }) => ({ id: `${name}@${commit}`, name, url: null, log: lastLines(log) }));
}

function lastLines(log: string): string {
  const tail = createTail({ lines: 200, characters: 64_000 });
  tail.add(log);
  return tail.text();
}
