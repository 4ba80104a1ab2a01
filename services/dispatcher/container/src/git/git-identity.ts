import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** As whom an agent commits, and how its git gets credentials. */
export interface GitIdentity {
  home: string;
  name: string;
  email: string;
  /** Where the container host answers git's questions for credentials, and the agent's own token there. */
  credentials: { url: string; token: string };
}

const helper = fileURLToPath(new URL("git-credential.ts", import.meta.url));

function quoted(value: string): string {
  return `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
function shellQuoted(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

/**
 * Writes the agent's own git configuration into its home and answers the environment that makes git use it and nothing of
 * the machine's. Credentials come from the container host by a helper; the only secret on disk is the agent's own token
 * there, in a file of its own. Terminal prompts are off: a question nobody sees would wait for ever.
 */
export function writeGitIdentity(identity: GitIdentity): Record<string, string> {
  const folder = join(identity.home, ".gastown");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const access = join(folder, "git-access.json");
  const config = join(folder, "gitconfig");
  writeFileSync(access, JSON.stringify(identity.credentials), { mode: 0o600 });
  const command = `!${[process.execPath, helper, access].map(shellQuoted).join(" ")}`;
  writeFileSync(
    config,
    [
      "[user]",
      `\tname = ${quoted(identity.name)}`,
      `\temail = ${quoted(identity.email)}`,
      "[credential]",
      "\thelper =",
      `\thelper = ${quoted(command)}`,
      "\tuseHttpPath = true",
      "[push]",
      "\tdefault = current",
      // Worktrees of several agents share one object store: nobody repacks it while another one works.
      "[gc]",
      "\tauto = 0",
      "[maintenance]",
      "\tauto = false",
      "[advice]",
      "\tdetachedHead = false",
      "",
    ].join("\n"),
    { mode: 0o600 },
  );
  return {
    HOME: identity.home,
    GIT_CONFIG_GLOBAL: config,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    // A merge takes its default message: an editor that nobody sees would wait for ever, too.
    GIT_EDITOR: "true",
    GIT_LFS_SKIP_SMUDGE: "1",
    GIT_AUTHOR_NAME: identity.name,
    GIT_AUTHOR_EMAIL: identity.email,
    GIT_COMMITTER_NAME: identity.name,
    GIT_COMMITTER_EMAIL: identity.email,
  };
}
