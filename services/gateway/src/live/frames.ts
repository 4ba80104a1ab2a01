import type { Envelope, OutputLine } from "@gastown/contracts";

/** What a stream socket is sent: one JSON object a frame. `openapi` describes them under `StreamFrame`. */
export function helloFrame(seq: number, stream: string): string {
  return JSON.stringify({ type: "hello", seq, stream });
}
export function eventFrame(seq: number, event: Envelope): string {
  return JSON.stringify({ type: "event", seq, event });
}
export function resetFrame(reason: string, seq: number): string {
  return JSON.stringify({ type: "reset", reason, seq });
}
export function outputFrame(line: OutputLine): string {
  return JSON.stringify({ type: "output", line });
}
/** Output lines that were left out because the socket does not keep up; events never are. */
export function outputSkippedFrame(agent: string, count: number): string {
  return JSON.stringify({ type: "output-skipped", agent, count });
}
