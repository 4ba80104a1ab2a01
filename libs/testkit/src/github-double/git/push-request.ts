import { noCommit } from "./disk-repo.ts";
import { readPktLines } from "./pkt-line.ts";

/** A ref as a client wants to move it. */
export interface PushCommand {
  readonly ref: string;
  readonly before: string | null;
  readonly after: string | null;
}
export interface PushRequest {
  readonly commands: readonly PushCommand[];
  readonly capabilities: ReadonlySet<string>;
  /** Empty when nothing but deletions is asked for. */
  readonly pack: Buffer;
}

/** Reads the body of `git-receive-pack` (gitprotocol-pack, "Reference Update Request"). Throws when it is none. */
export function readPushRequest(body: Buffer): PushRequest {
  const { lines, rest } = readPktLines(body);
  const texts = lines.map((line) => line.toString("utf8"));
  const [, capabilities = ""] = (texts.find((text) => text.includes("\0")) ?? "").split("\0");
  return {
    // A shallow clone tells where its history ends before what it wants.
    commands: texts.filter((text) => !text.startsWith("shallow ")).map(readCommand),
    capabilities: new Set(capabilities.trim().split(" ")),
    pack: rest,
  };
}

function readCommand(text: string): PushCommand {
  const [, before, after, ref] = /^([0-9a-f]{40}) ([0-9a-f]{40}) ([^\0\n]+)/.exec(text) ?? [];
  if (before === undefined || after === undefined || ref === undefined)
    throw new Error(`${JSON.stringify(text.slice(0, 120))} is no command to move a ref`);
  return { ref, before: known(before), after: known(after) };
}

function known(oid: string): string | null {
  return oid === noCommit ? null : oid;
}
