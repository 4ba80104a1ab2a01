import { terminalEnd, terminalFrame, terminalId, terminalMode, terminalProgram, terminalRefusalCode, terminalSize } from "@gastown/contracts";
import { z } from "@hono/zod-openapi";

const type = <Name extends string>(name: Name) => z.literal(name);

/** What a terminal's socket is sent: one JSON object a frame. */
export const terminalSocketFrame = z.discriminatedUnion("type", [
  z.object({
    type: type("hello"),
    session: terminalId.describe("Say it when you come back"),
    mode: terminalMode,
    program: terminalProgram,
    size: terminalSize,
    last: z.int().describe("The newest piece of output there is"),
  }),
  terminalFrame.extend({ type: type("output") }),
  z.object({ type: type("gap"), from: z.int(), to: z.int() }).describe("Pieces of output that are kept no more"),
  z.object({ type: type("resized"), size: terminalSize }),
  z.object({
    type: type("error"),
    code: z.enum(["invalid", "too_large", "watch_only", "not_typed", "not_done"]),
    message: z.string(),
  }),
  z.object({
    type: type("refused"),
    code: z.union([terminalRefusalCode, z.literal("unavailable")]),
    message: z.string(),
  }),
  terminalEnd.extend({ type: type("ended") }),
]);
export type TerminalSocketFrame = z.infer<typeof terminalSocketFrame>;

/** What a client of a terminal may say; all of it is for those who write. */
export const terminalMessage = z.discriminatedUnion("type", [
  z.strictObject({ type: type("input"), data: z.string().min(1) }),
  z.strictObject({ type: type("resize"), ...terminalSize.shape }),
  z.strictObject({ type: type("close") }),
]);
export type TerminalMessage = z.infer<typeof terminalMessage>;
