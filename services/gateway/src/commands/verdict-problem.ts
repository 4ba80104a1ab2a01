import type { Verdict } from "@gastown/contracts";
import { isProblemCode, Problem, type ProblemCode } from "../problem.ts";

/** Refusals that this version has no words for are conflicts; what can never succeed is not there. */
const fallback: Record<"refused" | "terminal", ProblemCode> = { refused: "wrong_state", terminal: "not_found" };

/** What the caller is told about a command that was not applied; null for one that was. */
export function verdictProblem(verdict: Verdict, command: { url: string; note?: string }): Problem | null {
  if (verdict.outcome === "applied") return null;
  const code = verdict.code ?? "";
  const said = verdict.message ?? `The command was ${verdict.outcome}.`;
  return new Problem(isProblemCode(code) ? code : fallback[verdict.outcome], {
    detail: command.note === undefined ? said : `${command.note} ${said}`,
    members: { command: command.url },
  });
}
