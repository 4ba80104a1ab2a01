import {
  terminalEnd,
  terminalFrame,
  terminalId,
  terminalMode,
  terminalProgram,
  terminalRefusalCode,
  terminalSize,
} from "@gastown/contracts";
import { z } from "@hono/zod-openapi";
import { named } from "../api/name-schema.ts";

const type = <Name extends string>(name: Name) => z.literal(name);

/** What a terminal's socket is sent: one JSON object a frame. */
export const terminalSocketFrame = named(
  "TerminalFrame",
  z.discriminatedUnion("type", [
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
  ]),
  "What a terminal tells those who look at it.",
);
export type TerminalSocketFrame = z.infer<typeof terminalSocketFrame>;

/** What a client of a terminal may say; all of it is for those who write. */
export const terminalMessage = named(
  "TerminalMessage",
  z.discriminatedUnion("type", [
    z.strictObject({ type: type("input"), data: z.string().min(1) }),
    z.strictObject({ type: type("resize"), ...terminalSize.shape }),
    z.strictObject({ type: type("close") }),
  ]),
  "What those who write tell a terminal.",
);
export type TerminalMessage = z.infer<typeof terminalMessage>;

/** What opens a terminal once. */
export const terminalTicket = named(
  "TerminalTicket",
  z.object({
    ticket: z.string().describe("For the subprotocol `gastown.ticket.<ticket>`; good for one connection"),
    path: z.string(),
    expiresAt: z.iso.datetime(),
  }),
  "A ticket for one connection to a terminal.",
);
