import { terminalLimits, type TerminalMode } from "@gastown/contracts";
import { fieldErrors } from "../validation.ts";
import { terminalMessage, type TerminalMessage, type TerminalSocketFrame } from "./terminal-frames.ts";

type ErrorFrame = Extract<TerminalSocketFrame, { type: "error" }>;

/** What a client said, or what it is told when that is not done. Pure. */
export function readMessage(text: string, mode: TerminalMode): TerminalMessage | ErrorFrame {
  const json = parse(text);
  if (json === undefined) return errorFrame("invalid", "The message is not JSON.");
  const read = terminalMessage.safeParse(json);
  if (!read.success) {
    const wrong = fieldErrors(read.error, "message").map(({ field, reason }) => `${field}: ${reason}`);
    return errorFrame("invalid", wrong.join("; "));
  }
  if (mode === "watch") return errorFrame("watch_only", "This ticket was for watching only.");
  const { data: message } = read;
  if (message.type === "input" && Buffer.byteLength(message.data) > terminalLimits.inputBytes)
    return errorFrame("too_large", `Type at most ${terminalLimits.inputBytes} bytes in one message.`);
  return message;
}

function errorFrame(code: ErrorFrame["code"], message: string): ErrorFrame {
  return { type: "error", code, message };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Told to the client by the caller.
    return undefined;
  }
}
