import { existsSync } from "node:fs";
import type { TerminalProgram } from "@gastown/contracts";
import { z } from "zod";
import type { ServerAddress } from "../runtime/opencode-http/server-client.ts";
import { TerminalError, type AgentTerminals, type ServerTerminal, type WantedTerminal } from "./agent-terminals.ts";

interface PtyOptions {
  address: ServerAddress;
  binary: string;
  /** Of the variables that hold the server's configuration and its password. */
  envPrefix: string;
  /** The agent's session; null before there is one. */
  session: () => string | null;
  /** How long it may take until a terminal's connection is open, in milliseconds; as long as any call by default. */
  connectMs?: number;
}

interface Command {
  command: string;
  args: string[];
  /** On top of the server's own. */
  env?: Record<string, string>;
}

/** The first one of a server loads its parts (2 s, more on a busy machine; runtime.md §5). */
const callMs = 30_000;
/** A server that does not even end a terminal is being ended itself. */
const endMs = 3_000;
/** Above this what is typed is not taken: the program does not read. */
const maxWaitingBytes = 256 * 1024;

const pty = z.object({ id: z.string() });

/**
 * A shell without what only the server needs to know. The agent could read that anyhow (its own user); it need not stand on a screen.
 * Behind `env` because the server makes a login shell of what it is told directly, and that one sets PATH anew.
 */
function shellCommand({ envPrefix }: PtyOptions): Command {
  const hidden = ["CONFIG_CONTENT", "SERVER_PASSWORD"].flatMap((name) => ["-u", `${envPrefix}_${name}`]);
  return { command: "/usr/bin/env", args: [...hidden, existsSync("/bin/bash") ? "bash" : "sh"] };
}

/**
 * The program's own interface in the agent's session. The password is in no argument, which all users of a machine see, and comes
 * under a name of ours: kilo takes its own variables out of the environment of its terminals.
 */
function agentCommand({ address, binary, envPrefix, session }: PtyOptions): Command {
  const id = session();
  if (id === null) throw new TerminalError("no_session", "the agent has no session yet");
  const attach = `export ${envPrefix}_SERVER_PASSWORD="$GASTOWN_ATTACH"; unset GASTOWN_ATTACH; exec "$0" "$@"`;
  return {
    command: "/usr/bin/env",
    args: ["sh", "-c", attach, binary, "attach", address.url, "--session", id, "--username", address.user],
    env: { GASTOWN_ATTACH: address.password },
  };
}

const commandOf: Record<TerminalProgram, (options: PtyOptions) => Command> = {
  shell: shellCommand,
  agent: agentCommand,
};

/** What is said to one server. */
interface PtyServer {
  call: (method: "POST" | "PUT" | "DELETE", path: string, body?: unknown) => Promise<unknown>;
  connect: (id: string, onOutput: (text: string) => void) => Promise<Connected>;
}

function serverAt({ address, connectMs = callMs }: PtyOptions): PtyServer {
  const authorization = `Basic ${Buffer.from(`${address.user}:${address.password}`).toString("base64")}`;
  const urlOf = (path: string): URL => {
    const url = new URL(path, address.url);
    url.searchParams.set("directory", address.directory);
    return url;
  };
  return {
    async call(method, path, body) {
      const response = await fetch(urlOf(path), {
        method,
        headers: { authorization, "content-type": "application/json" },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(method === "DELETE" ? endMs : callMs),
      });
      const text = await response.text();
      if (method === "POST" && response.status === 404)
        throw new TerminalError("no_terminals", "this agent program has no terminals");
      if (!response.ok)
        throw new Error(`The agent server answered ${response.status} to ${path}: ${text.slice(0, 300)}`);
      return text === "" ? null : (JSON.parse(text) as unknown);
    },
    connect(id, onOutput) {
      const url = urlOf(`/pty/${id}/connect`);
      url.protocol = "ws:";
      return connectPty(new WebSocket(url, { headers: { authorization } }), { onOutput, connectMs });
    },
  };
}

function terminalOf({ call }: PtyServer, path: string, { socket, ended }: Connected): ServerTerminal {
  return {
    ended,
    write(text) {
      if (socket.readyState !== WebSocket.OPEN || socket.bufferedAmount > maxWaitingBytes) return false;
      socket.send(text);
      return true;
    },
    resize: async (size) => void (await call("PUT", path, { size })),
    async close() {
      await call("DELETE", path).catch(() => undefined); // it has ended, or its server has
      socket.close();
    },
  };
}

/** The terminals of a server with opencode's HTTP API (runtime.md §5). */
export function createPtyTerminals(options: PtyOptions): AgentTerminals {
  const server = serverAt(options);
  async function open({ program, size, title, onOutput }: WantedTerminal): Promise<ServerTerminal> {
    const what = { ...commandOf[program](options), cwd: options.address.directory, title };
    const { id } = pty.parse(await server.call("POST", "/pty", what));
    const path = `/pty/${id}`;
    try {
      await server.call("PUT", path, { size });
      return terminalOf(server, path, await server.connect(id, onOutput));
    } catch (error) {
      await server.call("DELETE", path).catch(() => undefined); // as above
      throw error;
    }
  }
  return {
    async open(wanted) {
      try {
        return await open(wanted);
      } catch (cause) {
        if (cause instanceof TerminalError) throw cause;
        const why = cause instanceof Error ? cause.message : String(cause);
        throw new TerminalError("terminal_failed", `the agent server did not open a terminal: ${why}`, { cause });
      }
    },
  };
}

interface Connected {
  socket: WebSocket;
  ended: Promise<string>;
}

/** Output comes as text from the beginning on; a binary message tells where it is, which the ring knows better. */
function connectPty(
  socket: WebSocket,
  { onOutput, connectMs }: { onOutput: (text: string) => void; connectMs: number },
): Promise<Connected> {
  const { promise, resolve, reject } = Promise.withResolvers<Connected>();
  // Who waits holds one of the agent's few places for terminals.
  const late = setTimeout(() => {
    reject(new Error(`its connection did not open within ${connectMs} ms`));
    socket.close();
  }, connectMs);
  const { promise: ended, resolve: end } = Promise.withResolvers<string>();
  socket.addEventListener("message", ({ data }) => {
    if (typeof data === "string") onOutput(data);
  });
  socket.addEventListener("open", () => resolve({ socket, ended }));
  socket.addEventListener("error", () => reject(new Error("its connection failed")));
  socket.addEventListener("close", ({ code }) =>
    end(code === 1000 ? "its program ended" : "the agent's server ended or was replaced"),
  );
  return promise.finally(() => clearTimeout(late));
}
