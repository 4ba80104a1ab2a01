import type { RefUpdate } from "../ports.ts";
import type { DiskRepo } from "./disk-repo.ts";
import { flush, pktLine, sideBand } from "./pkt-line.ts";
import type { PushCommand, PushRequest } from "./push-request.ts";
import { runGit } from "./run-git.ts";
import { workflowIn } from "./workflow-in.ts";

export interface PushDoor {
  /** May move refs so that files under `.github/workflows` are created or changed. */
  readonly mayChangeWorkflows: boolean;
  refuse(update: RefUpdate): string | null;
}

export interface PushOutcome {
  readonly moved: readonly RefUpdate[];
  /** The body of the answer. */
  readonly answer: Buffer;
}

/**
 * What git's receive-pack does, with the reasons GitHub gives: the objects are there, each ref moved or was refused by
 * itself, and the answer says which. `git http-backend` would leave the words of a refusal to git.
 */
export function receivePush(repo: DiskRepo, push: PushRequest, door: PushDoor): Promise<PushOutcome> {
  return repo.exclusively(async () => {
    const broken = await unpack(repo.path, push);
    const verdicts: Verdict[] = [];
    for (const command of push.commands)
      verdicts.push(broken === null ? await move(repo, command, door) : { command, reason: "unpacker error" });
    const moved = verdicts.flatMap(({ update }) => (update === undefined ? [] : [update]));
    return { moved, answer: answerOf(push, verdicts, broken) };
  });
}

interface Verdict {
  readonly command: PushCommand;
  /** Why it was refused. */
  readonly reason?: string;
  readonly explanation?: string;
  /** What was done, when it was not refused. */
  readonly update?: RefUpdate;
}

/** git's own limit (receive.unpackLimit): small packs become loose objects. */
const unpackLimit = 100;

/** Null when all objects are there; else what is wrong. */
async function unpack(cwd: string, { pack, commands }: PushRequest): Promise<string | null> {
  const tips = commands.flatMap(({ after }) => (after === null ? [] : [after]));
  if (tips.length === 0) return null;
  try {
    const small = pack.length >= 12 && pack.readUInt32BE(8) < unpackLimit;
    const args = small ? ["unpack-objects", "-q"] : ["index-pack", "--stdin", "--fix-thin"];
    if (pack.length > 0) await runGit({ cwd, args, input: pack });
    await runGit({
      cwd,
      args: ["rev-list", "--objects", "--quiet", "--stdin", "--not", "--all"],
      input: `${tips.join("\n")}\n`,
    });
    return null;
  } catch (error) {
    return error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
  }
}

async function move(repo: DiskRepo, command: PushCommand, door: PushDoor): Promise<Verdict> {
  const { ref, before, after } = command;
  const malformed = await refusedForm(repo, command);
  if (malformed !== null) return { command, reason: malformed };
  const workflow = door.mayChangeWorkflows || after === null ? null : await workflowIn(repo.path, after);
  if (workflow !== null)
    return {
      command,
      reason: `refusing to allow a GitHub App to create or update workflow \`${workflow}\` without \`workflows\` permission`,
    };
  const update = { ref, before, after, forced: await isForced(repo.path, command) };
  const reason = door.refuse(update);
  if (reason !== null)
    return { command, reason, explanation: `error: GH006: Protected branch update failed for ${ref}.\n` };
  try {
    await repo.moveRef(ref, { from: before, to: after });
    return { command, update };
  } catch {
    return { command, reason: "failed to update ref" };
  }
}

async function refusedForm(
  { path: cwd, defaultBranch }: DiskRepo,
  { ref, after }: PushCommand,
): Promise<string | null> {
  if (ref.startsWith("refs/pull/")) return "deny updating a hidden ref";
  if (after === null && ref === `refs/heads/${defaultBranch}`) return `refusing to delete the current branch: ${ref}`;
  const formed = await runGit({ cwd, args: ["check-ref-format", ref], answers: [1] });
  return formed.code === 0 && ref.startsWith("refs/") ? null : "funny refname";
}

async function isForced(cwd: string, { before, after }: PushCommand): Promise<boolean> {
  if (before === null || after === null) return false;
  // 128: one of them is no commit (a tag of something else) or is not there.
  const answer = await runGit({ cwd, args: ["merge-base", "--is-ancestor", before, after], answers: [1, 128] });
  return answer.code !== 0;
}

function answerOf({ capabilities }: PushRequest, verdicts: readonly Verdict[], broken: string | null): Buffer {
  if (!capabilities.has("report-status") && !capabilities.has("report-status-v2")) return Buffer.alloc(0);
  const report = Buffer.concat([
    pktLine(`unpack ${broken ?? "ok"}\n`),
    ...verdicts.map(({ command: { ref }, reason }) =>
      pktLine(reason === undefined ? `ok ${ref}\n` : `ng ${ref} ${reason}\n`),
    ),
    flush,
  ]);
  if (!capabilities.has("side-band-64k")) return report;
  const words = verdicts.map(({ explanation = "" }) => explanation).join("");
  return Buffer.concat([sideBand(2, Buffer.from(words)), sideBand(1, report), flush]);
}
