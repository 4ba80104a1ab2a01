import { z } from "zod";
import type { SessionFacts } from "../agent-runtime.ts";

const status = z.union([
  z.object({ type: z.literal("retry"), attempt: z.number(), message: z.string() }),
  z.object({ type: z.string() }),
]);
const statuses = z.record(z.string(), status);

const failure = z.object({
  name: z.string(),
  data: z
    .looseObject({ message: z.string().optional(), statusCode: z.number().optional().catch(undefined) })
    .optional(),
});
/** The error that an answer of the model provider's is, in opencode 1.18.33 and kilo 7.7.7. */
const providerError = "APIError";
const messages = z.array(
  z.object({
    info: z.object({
      id: z.string(),
      role: z.string(),
      parentID: z.string().optional(),
      time: z.object({ completed: z.number().optional() }),
      error: failure.optional(),
    }),
    parts: z.array(z.unknown()).default([]),
  }),
);
const runningTool = z.object({ type: z.literal("tool"), state: z.object({ status: z.literal("running") }) });

/** An error of the program's as one line. */
export function errorText(error: z.infer<typeof failure>): string {
  const message = error.data?.message ?? "";
  return message === "" ? error.name : `${error.name}: ${message}`;
}
export { failure as sessionFailure };

function readStatus(value: unknown, session: string): SessionFacts["status"] {
  const own = statuses.parse(value)[session];
  // The map holds the sessions that are not idle.
  if (own === undefined || own.type === "idle") return { is: "idle" };
  if ("attempt" in own) return { is: "retry", attempt: own.attempt, message: own.message };
  return { is: own.type === "offline" ? "offline" : "busy" };
}

const textPart = z.object({ type: z.literal("text"), text: z.string() });

/** What was said from the user's side in these messages, oldest first. */
export function readPrompts(messagesBody: unknown): string[] {
  const said = messages.parse(messagesBody).filter(({ info }) => info.role === "user");
  return said.map(({ parts }) => parts.flatMap((part) => textPart.safeParse(part).data?.text ?? []).join("\n"));
}

/** The newest message, when it is the agent's. */
function replyOf(newest: z.infer<typeof messages>[number]["info"] | undefined): SessionFacts["reply"] {
  if (newest?.role !== "assistant") return null;
  return {
    to: newest.parentID ?? null,
    complete: newest.time.completed !== undefined,
    error: newest.error === undefined ? null : errorText(newest.error),
    ...providerStatusOf(newest.error),
  };
}

function providerStatusOf(error: z.infer<typeof failure> | undefined): { providerStatus?: number } {
  const providerStatus = error?.name === providerError ? error.data?.statusCode : undefined;
  return providerStatus === undefined ? {} : { providerStatus };
}

/** The newest prompt of the user's side, and the answers to it that failed. */
interface FailedTurn {
  prompt: string;
  answers: readonly string[];
}

/** The turn that these messages end with, when it failed; null when it did not. Pure. */
export function readFailedTurn(messagesBody: unknown): FailedTurn | null {
  const infos = messages.parse(messagesBody).map(({ info }) => info);
  const prompt = infos.findLast(({ role }) => role === "user")?.id;
  const answers = infos.filter(({ parentID, error }) => parentID === prompt && error !== undefined).map(({ id }) => id);
  return prompt === undefined || answers.length === 0 ? null : { prompt, answers };
}

/** The truth about a session, out of `GET /session/status` and its newest messages. */
export function readSession(session: string, statusBody: unknown, messagesBody: unknown): SessionFacts {
  const read = messages.parse(messagesBody);
  const infos = read.map((message) => message.info);
  const newest = infos.at(-1);
  const now = readStatus(statusBody, session);
  const toolParts = read.flatMap(({ parts }) => parts.filter((part) => runningTool.safeParse(part).success));
  return {
    status: now,
    // A server that was killed in the middle of one leaves it `running` for ever.
    toolRunning: now.is === "busy" && toolParts.length > 0,
    // A turn of many steps pushes its own prompt out of the newest messages; each answer still names it.
    lastPrompt: infos.findLast((info) => info.role === "user")?.id ?? newest?.parentID ?? null,
    reply: replyOf(newest),
  };
}
