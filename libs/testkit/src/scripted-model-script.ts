import type { Answer, ChatMessage, ChatRequest } from "./scripted-model-protocol.ts";

/**
 * One step of a test's script. `tool` calls a tool (by its own name: a server prefix is found), `text` alone ends the turn,
 * `error` answers with that HTTP status each time it is asked, `delayMs` waits first (alone: before the following step),
 * `hang` never answers, `cut` ends the stream in its middle.
 */
export interface ScriptStep {
  tool?: string;
  args?: Record<string, unknown>;
  /** Several calls in one answer. */
  tools?: { tool: string; args?: Record<string, unknown> }[];
  text?: string;
  error?: number;
  delayMs?: number;
  hang?: boolean;
  cut?: boolean;
}

const fence = /<<SCRIPT(?::(\w+))?([\s\S]*?)SCRIPT>>/g;

/**
 * A script as a piece of a prompt (a bead's body, say). With a role it is for agents of that role only; a script without one
 * is for every agent but a refinery, whose prompt quotes the body of the bead it reviews.
 */
export function scriptText(steps: ScriptStep[], role?: string): string {
  return `<<SCRIPT${role === undefined ? "" : `:${role}`} ${JSON.stringify(steps)} SCRIPT>>`;
}

/** Joins delays that stand alone with the step they come before. */
function joinDelays(steps: ScriptStep[]): ScriptStep[] {
  const joined: ScriptStep[] = [];
  let waited = 0;
  for (const step of steps) {
    if (Object.keys(step).every((key) => key === "delayMs")) waited += step.delayMs ?? 0;
    else {
      joined.push({ ...step, delayMs: waited + (step.delayMs ?? 0) });
      waited = 0;
    }
  }
  return joined;
}

function parse(json: string): ScriptStep[] {
  try {
    const steps: unknown = JSON.parse(json);
    if (!Array.isArray(steps)) throw new Error("it is not an array of steps");
    return steps as ScriptStep[];
  } catch (error) {
    return [
      { text: `The script in the prompt cannot be read: ${error instanceof Error ? error.message : String(error)}` },
    ];
  }
}

function scriptIn(message: ChatMessage, role: string): ScriptStep[] | null {
  const found = [...message.text.matchAll(fence)];
  const own =
    found.find(([, forRole]) => forRole === role) ??
    (role === "refinery" ? undefined : found.find(([, forRole]) => forRole === undefined));
  return own?.[2] === undefined ? null : parse(own[2]);
}

/**
 * The step a conversation is at: the last user message with a script for the role rules, and each answer after it was one
 * step. Null when no message has one. Without a role (a direct test of an agent server) any script without a role rules.
 */
export function scriptedStep(request: ChatRequest, role: string, fallback?: ScriptStep[]): ScriptStep | null {
  const messages = request.messages;
  for (let at = messages.length - 1; at >= 0; at -= 1) {
    const message = messages[at];
    const script = message?.role === "user" ? scriptIn(message, role) : null;
    if (script !== null) return stepAt(messages.slice(at + 1), script);
  }
  if (fallback === undefined) return null;
  return stepAt(messages.slice(messages.findIndex((m) => m.role === "user") + 1), fallback);
}

function stepAt(since: ChatMessage[], script: ScriptStep[]): ScriptStep {
  const answers = since.filter((m) => m.role === "assistant").length;
  return joinDelays(script)[answers] ?? { text: "The script has ended." };
}

/** What a step makes the model say. */
export function answerOf(step: ScriptStep): Answer {
  const calls = (
    step.tools ?? (step.tool === undefined ? [] : [{ tool: step.tool, ...(step.args && { args: step.args }) }])
  ).map((call) => ({
    tool: call.tool,
    args: call.args ?? {},
  }));
  return { ...(step.text !== undefined && { text: step.text }), ...(calls.length > 0 && { calls }) };
}
