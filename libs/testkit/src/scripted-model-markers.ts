import type { ChatRequest } from "./scripted-model-protocol.ts";
import { between } from "./scripted-model-plan.ts";

/** How a polecat is to behave, as the body of its bead says. */
export interface Markers {
  /** It never answers in the turn of its prompt. */
  hang: boolean;
  /** It calls gt_done with the outcome "failed", at once. */
  fail: boolean;
  /** It ends its turns with a text and nothing else. */
  quiet: boolean;
  /** It waits this long before each answer. */
  slowMs: number;
  /** What each answer reports to have used instead of what it did. */
  tokens: number | null;
  microUsd: number | null;
  /** A piece of work: this text is the whole of this file. */
  write: { path: string; text: string } | null;
  /** Each start of work leaves traces of its own in this file, committed and not: what became of them shows whether work is lost. */
  keep: string | null;
}

const none: Markers = {
  hang: false,
  fail: false,
  quiet: false,
  slowMs: 0,
  tokens: null,
  microUsd: null,
  write: null,
  keep: null,
};

function has(body: string, marker: string): boolean {
  return new RegExp(`(?:^|\\s)@${marker}\\b`).test(body);
}
function numberOf(body: string, marker: string): number | null {
  const given = new RegExp(`(?:^|\\s)@${marker} (\\d+)\\b`).exec(body)?.[1];
  return given === undefined ? null : Number(given);
}
function writeIn(body: string): Markers["write"] {
  const [, path, text] = /(?:^|\s)@write (\S+) (.+)/.exec(body) ?? [];
  return path === undefined || text === undefined ? null : { path, text: text.trim() };
}

/** The markers in the body of the work item a conversation is about; a refinery and who does triage only quote such bodies. */
export function markersIn(request: ChatRequest, role: string): Markers {
  if (role !== "polecat" || request.tools.some(({ name }) => name.endsWith("gt_triage_resolve"))) return none;
  const prompt = request.messages.find((m) => m.role === "user" && m.text.includes("<work-item>"));
  const body = between(prompt?.text ?? "", "work-item");
  return {
    hang: has(body, "hang") && request.messages.findLast((m) => m.role === "user") === prompt,
    fail: has(body, "fail"),
    quiet: has(body, "quiet"),
    slowMs: numberOf(body, "slow") ?? 0,
    tokens: numberOf(body, "burn"),
    microUsd: numberOf(body, "cost"),
    write: writeIn(body),
    keep: /(?:^|\s)@keep (\S+)/.exec(body)?.[1] ?? null,
  };
}
