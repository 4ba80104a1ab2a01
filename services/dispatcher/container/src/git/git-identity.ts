import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileCache } from "../users/compile-cache.ts";
import { ignoredNames } from "./left-out.ts";

/** As whom an agent commits, and how its git gets credentials. */
export interface GitIdentity {
  home: string;
  name: string;
  email: string;
  /** Where the container host answers git's questions for credentials, and the agent's own token there. */
  credentials: { url: string; token: string };
  /** Repositories of others that its git may read. */
  trusted: readonly string[];
}

const helper = fileURLToPath(new URL("git-credential.ts", import.meta.url));

function quoted(value: string): string {
  return `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
function shellQuoted(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

/** What makes the helper start fast, as a shell is told it. */
function cached(): string[] {
  return Object.entries(compileCache()).map(([name, folder]) => `${name}=${shellQuoted(folder)}`);
}

function configFile(home: string): string {
  return join(home, ".gastown", "gitconfig");
}

function ignoreFile(home: string): string {
  return join(home, ".gastown", "gitignore");
}

/** The environment that makes git use the agent's own configuration (see `writeGitIdentity`) and nothing of the machine's. Pure. */
export function gitEnvironment({
  home,
  name,
  email,
}: Omit<GitIdentity, "credentials" | "trusted">): Record<string, string> {
  return {
    HOME: home,
    GIT_CONFIG_GLOBAL: configFile(home),
    GIT_CONFIG_NOSYSTEM: "1",
    // A question that nobody sees would wait for ever.
    GIT_TERMINAL_PROMPT: "0",
    // A merge takes its default message: an editor that nobody sees would wait for ever, too.
    GIT_EDITOR: "true",
    GIT_LFS_SKIP_SMUDGE: "1",
    // State lies in a checkout of somebody's by default (./.gastown): who has no repository of its own must not find that one.
    GIT_CEILING_DIRECTORIES: dirname(home),
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  };
}

/**
 * Writes the agent's own git configuration into its home; `gitEnvironment` makes git use it. Credentials come from the container
 * host by a helper; the only secret on disk is the agent's own token there, in a file of its own.
 */
export function writeGitIdentity(identity: GitIdentity): void {
  const folder = join(identity.home, ".gastown");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const access = join(folder, "git-access.json");
  writeFileSync(access, JSON.stringify(identity.credentials), { mode: 0o600 });
  writeFileSync(ignoreFile(identity.home), `${ignoredNames.join("\n")}\n`);
  // Git tells a helper also what it is to keep or to forget: no program is started for that.
  const asks = [...cached(), shellQuoted(process.execPath), shellQuoted(helper), shellQuoted(access)].join(" ");
  const command = `!f() { if test "$1" = get; then ${asks} get; fi; }; f`;
  writeFileSync(
    configFile(identity.home),
    [
      "[user]",
      `\tname = ${quoted(identity.name)}`,
      `\temail = ${quoted(identity.email)}`,
      "[credential]",
      "\thelper =",
      `\thelper = ${quoted(command)}`,
      "\tuseHttpPath = true",
      "[core]",
      `\texcludesFile = ${quoted(ignoreFile(identity.home))}`,
      ...(identity.trusted.length > 0
        ? ["[safe]", ...identity.trusted.map((path) => `\tdirectory = ${quoted(path)}`)]
        : []),
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
}
