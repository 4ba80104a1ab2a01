import { noTown } from "./envelope.ts";
import type { Descriptor, Owner } from "./message.ts";

/** Command shards: a command's last stored token is `partition(32)` of its town, added by the server (nats §3.7). */
export const shardCount = 32;

const token = /^[^\s.*>]+$/;

function join(...tokens: string[]): string {
  for (const t of tokens) if (!token.test(t)) throw new Error(`"${t}" cannot be a subject token`);
  return tokens.join(".");
}

/** Escapes any text into one subject token: bytes outside `[A-Za-z0-9_-]` become `=XX` (hex). Undone by `unescapeToken`. */
export function escapeToken(text: string): string {
  const escaped = Array.from(new TextEncoder().encode(text), (byte) => {
    const char = String.fromCharCode(byte);
    return /[A-Za-z0-9_-]/.test(char) ? char : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }).join("");
  return escaped === "" ? "=" : escaped;
}

/** The text that `escapeToken` made the token from; an error when it made it from none. */
export function unescapeToken(escaped: string): string {
  if (escaped === "=") return "";
  if (!/^(?:[A-Za-z0-9_-]|=[0-9A-F]{2})+$/.test(escaped)) throw new Error(`"${escaped}" is not an escaped token`);
  const bytes = [...escaped.matchAll(/=([0-9A-F]{2})|(.)/g)].map(([, hex, char]) =>
    hex === undefined ? (char ?? "").charCodeAt(0) : Number.parseInt(hex, 16),
  );
  return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(bytes));
}

/** The subject a message of this descriptor is published on (for a command: without its shard, which the server adds). */
export function subjectOf(d: Descriptor, town: string): string {
  switch (d.kind) {
    case "command":
      return join("cmd", d.owner, town, d.entity, d.verb);
    case "event":
      return join("evt", town, d.entity, d.verb);
    case "query":
      return join("qry", d.owner, town, d.entity, d.verb);
  }
}

/** The subject template of a descriptor, with `{town}` where the town goes: low in cardinality, for spans and docs. */
export function subjectTemplate(d: Descriptor): string {
  return subjectOf(d, "TOWN").replace("TOWN", "{town}");
}

/** What a subject of ours says. `shard` is set on stored commands. */
export type ParsedSubject =
  | { kind: "command"; owner: string; town: string; entity: string; verb: string; shard?: number }
  | { kind: "event"; town: string; entity: string; verb: string }
  | { kind: "query"; owner: string; town: string; entity: string; verb: string };

const eventPattern = /^evt\.(?<town>[^.]+)\.(?<entity>[^.]+)\.(?<verb>[^.]+)$/;
const queryPattern = /^qry\.(?<owner>[^.]+)\.(?<town>[^.]+)\.(?<entity>[^.]+)\.(?<verb>[^.]+)$/;
const commandPattern =
  /^cmd\.(?<owner>[^.]+)\.(?<town>[^.]+)\.(?<entity>[^.]+)\.(?<verb>[^.]+?)(?:\.(?<shard>\d{1,3}))?$/;

type Groups = { owner: string; town: string; entity: string; verb: string; shard?: string };
const groupsOf = (pattern: RegExp, subject: string) => pattern.exec(subject)?.groups as Groups | undefined;

/** Reads a subject of ours back; null when it is not one. */
export function parseSubject(subject: string): ParsedSubject | null {
  const event = groupsOf(eventPattern, subject);
  if (event !== undefined) return { kind: "event", ...event };
  const query = groupsOf(queryPattern, subject);
  if (query !== undefined) return { kind: "query", ...query };
  const command = groupsOf(commandPattern, subject);
  if (command === undefined) return null;
  const { shard, ...parsed } = command;
  return { kind: "command", ...parsed, ...(shard === undefined ? {} : { shard: Number(shard) }) };
}

/** Where the verdict of one command is told (core NATS, a wake-up: the inbox is the truth). */
export function verdictSubject(owner: Owner, town: string, command: string): string {
  return join("verdict", owner, town, command);
}

/** All events of a town. */
export function eventsOf(town: string): string {
  return town === noTown ? "evt.>" : `${join("evt", town)}.>`;
}

/** Events that are no town's: what services tell of themselves, and installations of a forge's App that nobody has linked. */
export const installationEvents = `evt.${noTown}.>`;

/** The output of one agent (stream `OUT`). */
export function outputSubject(town: string, agent: string): string {
  return join("out", town, agent);
}

/** One piece of a snapshot of an agent's session (stream `SNAP`): each of two slots in turn, and the head that names one. */
export function snapshotSubject(
  town: string,
  agent: string,
  piece: { slot: "head" | "a" | "b"; chunk: number },
): string {
  return join("snap", town, agent, piece.slot, String(piece.chunk));
}

/** All snapshots of a town. */
export function snapshotsOf(town: string): string {
  return `${join("snap", town)}.>`;
}

/** The mark of a run of a service (stream `RUN`); without a run: those of all its runs. */
export function runSubject(service: string, run?: string): string {
  return run === undefined ? `${join("run", service)}.*` : join("run", service, run);
}

/** Where a run answers as long as it lives. */
export function aliveSubject(service: string, run: string): string {
  return join("alive", service, run);
}

/** Dead letters of a service. */
export function deadLetterSubject(service: string, town: string, code: string): string {
  return join("dlq", service, escapeToken(town), escapeToken(code));
}

/** Requests to a town's container host. */
export function containerSubject(town: string, verb: string): string {
  return join("container", town, verb);
}

/** One terminal of an agent. `session`: `new` when there is none yet. */
export interface TerminalAddress {
  town: string;
  agent: string;
  session: string;
}

/** In the place of a session: all there are; in the place of an agent: those of all agents. No id is equal to it. */
export const anyTerminal = "all";

/** Where a terminal's output, what is typed into it, or a request about it goes; `*` as agent and session: of all of a town. */
export function terminalSubject(
  { town, agent, session }: TerminalAddress,
  channel: "in" | "out" | `ctl.${string}`,
): string {
  const of = (name: string): string => (name === "*" ? name : join(name));
  return `${join("term", town)}.${of(agent)}.${of(session)}.${join(...channel.split("."))}`;
}

/** Which terminal a subject of `terminalSubject` is about; null for another subject. */
export function terminalOf(subject: string): TerminalAddress | null {
  const [root, town = "", agent = "", session = ""] = subject.split(".");
  return root === "term" ? { town, agent, session } : null;
}
