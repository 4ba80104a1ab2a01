import { randomBytes } from "node:crypto";
import {
  terminalLimits,
  type TerminalEnd,
  type TerminalMode,
  type TerminalOutput,
  type TerminalProgram,
  type TerminalSize,
  type TerminalView,
} from "@gastown/contracts";
import type { ServerTerminal } from "./agent-terminals.ts";
import { isReport } from "./is-report.ts";
import { createOutputPump, type OutputPump } from "./output-pump.ts";
import { createRing, type Ring } from "./ring.ts";

/** Bounds of a host's terminals. Times in milliseconds. */
export interface TerminalRules {
  perAgent: number;
  perTown: number;
  viewers: number;
  /** A viewer that nobody keeps for this long is gone. */
  viewerMs: number;
  /** A terminal that nobody looks at for this long is ended. */
  unattendedMs: number;
  /** One that is neither typed into nor writes for this long as well. */
  idleMs: number;
  /** What is over can still be read for this long. */
  endedMs: number;
}

export const terminalRules: TerminalRules = {
  perAgent: 4,
  perTown: 16,
  viewers: 16,
  viewerMs: 90_000,
  unattendedMs: 10 * 60_000,
  idleMs: 60 * 60_000,
  endedMs: 60_000,
};

/** 128 random bits: nobody finds a terminal or becomes a viewer by trying. */
function newTerminalId(): string {
  return randomBytes(16).toString("hex");
}

interface Viewer {
  mode: TerminalMode;
  keptAt: number;
}

interface TerminalOptions {
  agent: string;
  program: TerminalProgram;
  /** Who wanted it. */
  actor: string;
  size: TerminalSize;
  rules: TerminalRules;
  tell: (session: string, output: TerminalOutput) => void;
  /** A person used it. */
  used: () => void;
}

/** One terminal of an agent: its output, its viewers, its end. */
export class Terminal {
  readonly session = newTerminalId();
  readonly #openedAt = Date.now();
  readonly #options: TerminalOptions;
  readonly #ring: Ring = createRing(terminalLimits.ringBytes);
  readonly #pump: OutputPump;
  readonly #viewers = new Map<string, Viewer>();
  #inner: ServerTerminal | null = null;
  #size: TerminalSize;
  #end: TerminalEnd | null = null;
  #lastOutput: number | null = null;
  #lastTyped: number | null = null;
  #unattendedSince = Date.now();
  #endedAt = 0;

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.#size = options.size;
    this.#pump = createOutputPump({
      ring: this.#ring,
      send: (frame) => this.#tell({ is: "output", ...frame }),
    });
  }

  get agent(): string {
    return this.#options.agent;
  }
  get program(): TerminalProgram {
    return this.#options.program;
  }
  get size(): TerminalSize {
    return this.#size;
  }
  get end(): TerminalEnd | null {
    return this.#end;
  }
  get last(): number {
    return this.#ring.last;
  }
  get full(): boolean {
    return this.#viewers.size >= this.#options.rules.viewers;
  }

  /** As those see it who look for one. */
  get view(): TerminalView {
    const { agent, program, actor } = this.#options;
    const writers = [...this.#viewers.values()].filter(({ mode }) => mode === "write").length;
    return {
      session: this.session,
      agent,
      program,
      openedAt: new Date(this.#openedAt).toISOString(),
      openedBy: actor,
      size: this.#size,
      writers,
      watchers: this.#viewers.size - writers,
      lastOutputAt: isoOf(this.#lastOutput),
      lastTypedAt: isoOf(this.#lastTyped),
    };
  }

  /** What its program writes comes here. */
  hear(text: string): void {
    this.#lastOutput = Date.now();
    this.#pump.add(text);
  }

  /** From now on it is the server's: its end is this one's. */
  run(inner: ServerTerminal): void {
    this.#inner = inner;
    void inner.ended.then((message) => this.#finish({ code: "exited", message }));
  }

  /** A viewer more; answers its name. */
  attach(mode: TerminalMode): string {
    const viewer = newTerminalId();
    this.#viewers.set(viewer, { mode, keptAt: Date.now() });
    return viewer;
  }

  /** Whether the viewer is one. It is kept, and nothing else: an open terminal is no use of it. */
  keep(viewer: string): boolean {
    const known = this.#viewers.get(viewer);
    if (known !== undefined) known.keptAt = Date.now();
    return known !== undefined;
  }

  detach(viewer: string): boolean {
    const known = this.#viewers.delete(viewer);
    if (known && this.#viewers.size === 0) this.#unattendedSince = Date.now();
    return known;
  }

  /** What comes after a number. */
  read(after: number) {
    return { ...this.#ring.after(after, terminalLimits.readBytes), last: this.#ring.last, end: this.#end };
  }

  /** Types what a viewer typed. One who watches, a stranger, or too much of it: nothing is typed, and the viewer is told. */
  type(viewer: string, data: string): void {
    const refusal = this.#refusal(viewer, data);
    if (refusal !== null) return this.#tell({ is: "dropped", viewer, message: refusal });
    if (isReport(data)) return;
    this.#lastTyped = Date.now();
    this.#options.used();
  }

  async resize(viewer: string, size: TerminalSize): Promise<boolean> {
    if (!this.#mayWrite(viewer) || this.#inner === null) return false;
    await this.#inner.resize(size);
    this.#size = size;
    this.#tell({ is: "resized", size });
    return true;
  }

  async closeFor(viewer: string): Promise<boolean> {
    if (!this.#mayWrite(viewer)) return false;
    await this.close({ code: "closed", message: "somebody closed it" });
    return true;
  }

  /** It is over, for this reason; its program is ended. */
  async close(end: TerminalEnd): Promise<void> {
    this.#finish(end);
    await this.#inner?.close();
  }

  /** What time does to it. True: it can be forgotten. */
  async sweep(now: number): Promise<boolean> {
    const { rules } = this.#options;
    if (this.#end !== null) return now - this.#endedAt > rules.endedMs;
    for (const [viewer, { keptAt }] of this.#viewers) if (now - keptAt > rules.viewerMs) this.detach(viewer);
    if (this.#viewers.size === 0 && now - this.#unattendedSince > rules.unattendedMs)
      await this.close({ code: "unattended", message: `nobody looked at it for ${minutes(rules.unattendedMs)}` });
    else if (now - Math.max(this.#openedAt, this.#lastOutput ?? 0, this.#lastTyped ?? 0) > rules.idleMs)
      await this.close({ code: "idle", message: `nothing happened in it for ${minutes(rules.idleMs)}` });
    return false;
  }

  #mayWrite(viewer: string): boolean {
    return this.#end === null && this.#viewers.get(viewer)?.mode === "write";
  }

  #refusal(viewer: string, data: string): string | null {
    if (!this.#viewers.has(viewer)) return "this viewer is not known any more";
    if (!this.#mayWrite(viewer)) return "this viewer only watches";
    if (Buffer.byteLength(data) > terminalLimits.inputBytes)
      return `more than ${terminalLimits.inputBytes} bytes at once are not typed`;
    return this.#inner?.write(data) === true ? null : "the program does not read what is typed";
  }

  #finish(end: TerminalEnd): void {
    if (this.#end !== null) return;
    this.#pump.end();
    this.#end = end;
    this.#endedAt = Date.now();
    this.#viewers.clear();
    this.#tell({ is: "ended", end });
  }

  #tell(output: TerminalOutput): void {
    this.#options.tell(this.session, output);
  }
}

function isoOf(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

function minutes(ms: number): string {
  return `${Math.round(ms / 60_000)} minutes`;
}
