/** As whom the processes of an agent run, where that is not the host's own user. */
export interface AgentUser {
  readonly uid: number;
  readonly gid: number;
  /** Groups besides its own. */
  readonly groups: readonly number[];
}

/** Something to be run. */
interface Command {
  command: string;
  args: readonly string[];
  cwd: string;
}

const setpriv = "/usr/bin/setpriv";
/** Nothing of the host's capabilities stays: those that are handed down (ambient) are kept when a user who is not root changes to another. */
const withoutPower = ["--inh-caps=-all", "--ambient-caps=-all", "--no-new-privs"];

/**
 * The command as it is run as the user: without any capability, and without a way to get one (docs/decisions/0023). Its folder is
 * entered by that user, as the host may not look into it. Null: it is run as it stands, as whoever runs it.
 */
export function commandAs(user: AgentUser | null, what: Command): Command {
  if (user === null) return what;
  const groups = user.groups.length === 0 ? "--clear-groups" : `--groups=${user.groups.join(",")}`;
  const become = [`--reuid=${user.uid}`, `--regid=${user.gid}`, groups, ...withoutPower, "--"];
  const there = ["/usr/bin/env", `--chdir=${what.cwd}`, what.command, ...what.args];
  return { command: setpriv, args: [...become, ...there], cwd: "/" };
}
