import { chmod, lchown, lstat, mkdir, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { AgentUser } from "./agent-user.ts";

/** Others may go through, to what is theirs, and see nothing. */
const passage = 0o711;
const own = 0o700;

interface Owner {
  path: string;
  user: AgentUser;
}

/** All below the path belongs to the user, the folders last: until then nobody else can change anything in them. */
async function giveAll({ path, user }: Owner): Promise<void> {
  const { uid } = await lstat(path);
  if (uid === user.uid) return;
  if (uid !== process.getuid?.()) throw new Error(`${path} belongs to user ${uid}, and is not given to ${user.uid}.`);
  const entries = await readdir(path, { withFileTypes: true });
  for (const entry of entries) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) await giveAll({ path: inner, user });
    else if ((await lstat(inner)).uid === uid) await lchown(inner, user.uid, user.gid);
  }
  await lchown(path, user.uid, user.gid);
}

/** The folder is there; what was made for it may be passed through. */
async function makePassage(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let path = folder; path.length >= first.length; path = dirname(path)) await chmod(path, passage);
}

/**
 * The folder is there and is the user's alone, with all that a host before this one left in it as its own; those above it are the host's.
 * `mode`: who else may enter, nobody by default. Null: it is there. Throws when it belongs to somebody else.
 */
export async function giveFolder(path: string, user: AgentUser | null, mode = own): Promise<void> {
  if (user === null) return void (await mkdir(path, { recursive: true }));
  await makePassage(dirname(path));
  const isNew = (await mkdir(path, { recursive: true, mode: own })) !== undefined;
  const { uid } = await lstat(path);
  if (uid === user.uid) return;
  if (isNew || uid === process.getuid?.()) await chmod(path, mode);
  await giveAll({ path, user });
}
