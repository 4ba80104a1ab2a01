import {
  anyTerminal,
  type TerminalAddress,
  type TerminalAttached,
  type TerminalEnd,
  type TerminalMode,
  type TerminalOutput,
  type TerminalProgram,
  type TerminalSize,
  type TerminalView,
} from "@gastown/contracts";
import type { Logger } from "@gastown/telemetry";
import { TerminalError, type AgentTerminals } from "./agent-terminals.ts";
import { Terminal, type TerminalRules } from "./terminal.ts";

/** The agent that a terminal is wanted of. */
export interface TerminalAgent {
  name: string;
  /** Null: its program has none. */
  terminals: AgentTerminals | null;
}

interface TerminalsOptions {
  /** An agent that runs now; null when there is none of this id. */
  find: (agent: string) => TerminalAgent | null;
  /** A person typed into a terminal of this agent. */
  used: (agent: string) => void;
  tell: (agent: string, session: string, output: TerminalOutput) => void;
  rules: TerminalRules;
  logger: Logger;
}

/** What a viewer wants to be given. */
interface Attaching {
  mode: TerminalMode;
  program: TerminalProgram;
  /** Of a new terminal; null: the usual size. */
  size: TerminalSize | null;
  /** Who it is. */
  actor: string;
}

const usualSize: TerminalSize = { cols: 80, rows: 24 };
/** How often time is looked at while there is a terminal; without one no timer runs. */
const sweepMs = 15_000;

/** The terminals of one container; none is open at first. */
export class Terminals {
  readonly #options: TerminalsOptions;
  readonly #open = new Map<string, Terminal>();
  /** Agents whose new terminal is on its way. */
  readonly #coming: string[] = [];
  #timer: NodeJS.Timeout | null = null;
  #closed: TerminalEnd | null = null;

  constructor(options: TerminalsOptions) {
    this.#options = options;
  }

  /** The terminal of this address; null when the agent has none of this name. */
  known({ agent, session }: TerminalAddress): Terminal | null {
    const terminal = this.#open.get(session);
    return terminal?.agent === agent ? terminal : null;
  }

  /** A viewer more, of a terminal there is or of a new one. Throws TerminalError when that is not given. */
  async attach(address: TerminalAddress, wanted: Attaching): Promise<TerminalAttached> {
    const terminal = await this.#wanted(address, wanted);
    const { viewers } = this.#options.rules;
    if (terminal.full)
      throw new TerminalError("too_many_viewers", `${viewers} look at this terminal already, which is the most`);
    const { session, program, size, last } = terminal;
    return { is: "attached", session, viewer: terminal.attach(wanted.mode), program, size, last };
  }

  /** The open terminals of an agent, or of all; the oldest first. */
  list(agent: string): TerminalView[] {
    const wanted = this.#running().filter((terminal) => [terminal.agent, anyTerminal].includes(agent));
    return wanted.map(({ view }) => view);
  }

  /** Ends those that nobody uses, and forgets those that are over. */
  async sweep(now: number): Promise<void> {
    for (const [session, terminal] of this.#open) if (await terminal.sweep(now)) this.#open.delete(session);
    if (this.#open.size === 0) this.#stopTimer();
  }

  /** All of them are over, and no new one is given. */
  async close(end: TerminalEnd): Promise<void> {
    this.#closed = end;
    this.#stopTimer();
    await Promise.all(this.#running().map((terminal) => terminal.close(end)));
  }

  #running(): Terminal[] {
    return [...this.#open.values()].filter(({ end }) => end === null);
  }

  async #wanted(address: TerminalAddress, wanted: Attaching): Promise<Terminal> {
    const { agent, session } = address;
    if (session !== "new") {
      const found = this.known(address);
      if (found === null) throw new TerminalError("terminal_not_found", `${agent} has no terminal ${session}`);
      return found;
    }
    if (wanted.mode === "write") return this.#start(agent, wanted);
    const newest = this.#running().findLast((terminal) => terminal.agent === agent);
    if (newest !== undefined) return newest;
    this.#atWork(agent);
    throw new TerminalError("terminal_not_found", `${agent} has no open terminal to watch`);
  }

  async #start(agent: string, { program, size, actor }: Attaching): Promise<Terminal> {
    const { name, terminals } = this.#atWork(agent);
    if (terminals === null) throw new TerminalError("no_terminals", "this agent program has no terminals");
    this.#checkRoom(agent);
    const { rules, tell, used, logger } = this.#options;
    const terminal = new Terminal({
      agent,
      program,
      actor,
      size: size ?? usualSize,
      rules,
      tell: (session, output) => {
        if (output.is === "ended") logger.info({ agent, terminal: session, ...output.end }, "a terminal is over");
        tell(agent, session, output);
      },
      used: () => used(agent),
    });
    this.#coming.push(agent);
    try {
      const title = `gastown – ${name}`;
      const onOutput = (text: string): void => terminal.hear(text);
      terminal.run(await terminals.open({ program, size: terminal.size, title, onOutput }));
    } finally {
      this.#coming.splice(this.#coming.indexOf(agent), 1);
    }
    this.#open.set(terminal.session, terminal);
    logger.info({ agent, terminal: terminal.session, program, actor }, "a terminal was opened");
    if (this.#closed === null) this.#startTimer();
    else await terminal.close(this.#closed);
    return terminal;
  }

  #atWork(agent: string): TerminalAgent {
    const found = this.#closed === null ? this.#options.find(agent) : null;
    if (found === null) throw new TerminalError("agent_not_running", `agent ${agent} does not run now`);
    return found;
  }

  #checkRoom(agent: string): void {
    const { perTown, perAgent } = this.#options.rules;
    const agents = [...this.#running().map((terminal) => terminal.agent), ...this.#coming];
    if (agents.length >= perTown)
      throw new TerminalError("too_many_terminals", `the town has ${perTown} open terminals, which is the most`);
    if (agents.filter((one) => one === agent).length >= perAgent)
      throw new TerminalError("too_many_terminals", `${agent} has ${perAgent} open terminals, which is the most`);
  }

  #startTimer(): void {
    const { logger } = this.#options;
    this.#timer ??= setInterval(() => {
      this.sweep(Date.now()).catch((error: unknown) => logger.error({ error }, "terminals could not be looked at"));
    }, sweepMs).unref();
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}
