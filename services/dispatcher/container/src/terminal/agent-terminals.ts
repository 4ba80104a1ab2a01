import type { TerminalProgram, TerminalRefusalCode, TerminalSize } from "@gastown/contracts";

/** What is wanted of an agent server. */
export interface WantedTerminal {
  program: TerminalProgram;
  size: TerminalSize;
  title: string;
  /** Told each piece of output, in order; the first ones may come before `open` resolves. */
  onOutput: (text: string) => void;
}

/** A terminal that runs in an agent server. */
export interface ServerTerminal {
  /** Settles when it is over, with the reason; what it wrote was told before. */
  readonly ended: Promise<string>;
  /** False when too much is still on its way: the text is not taken. */
  write(text: string): boolean;
  resize(size: TerminalSize): Promise<void>;
  /** Ends it, and what runs in it. Never throws: `ended` tells. */
  close(): Promise<void>;
}

/** The terminals of one agent server: they run where the agent runs, as whom it runs, and end with it. */
export interface AgentTerminals {
  /** Throws TerminalError when it cannot be had. */
  open(wanted: WantedTerminal): Promise<ServerTerminal>;
}

/** Why a terminal is not given, for a person. */
export class TerminalError extends Error {
  override readonly name = "TerminalError";
  readonly code: TerminalRefusalCode;
  constructor(code: TerminalRefusalCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
