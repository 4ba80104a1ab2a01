import { execFile } from "node:child_process";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * git runs it for each ref of a push, before the ref moves; what it prints is shown to who pushes. Branches of work may
 * move, everything else moves by merging a pull request.
 */
const hook = `#!/bin/sh
ref="$1"
case "$ref" in
  refs/heads/gt/?* | refs/heads/convoy/?*)
    exit 0 ;;
esac
if [ "$ref" = "refs/heads/$GASTOWN_DEFAULT_BRANCH" ]; then
  echo "Branch '$GASTOWN_DEFAULT_BRANCH' is protected: open a pull request. Push your work to a branch that begins with gt/ or convoy/." >&2
else
  echo "You may push to branches that begin with gt/ or convoy/, not to '$ref'." >&2
fi
exit 1
`;

/**
 * Writes the hook that guards every repository, and runs it once: git passes over a hook it cannot execute, and then
 * everything could be pushed. Answers the folder for `core.hooksPath`. No town id begins with a dot, so it is in no town's way.
 */
export async function installUpdateHook(reposDir: string, path: string): Promise<string> {
  const folder = join(reposDir, ".hooks");
  await mkdir(folder, { recursive: true });
  const fresh = join(folder, `.update.${process.pid}`);
  await writeFile(fresh, hook, { mode: 0o755 });
  const file = join(folder, "update");
  await rename(fresh, file);
  const code = await exitCode(file, ["refs/heads/main"], path);
  if (code !== 1)
    throw new Error(
      `${file} could not be run. Put SCM_REPOS_DIR on a file system where programs may be executed (no noexec).`,
    );
  return folder;
}

function exitCode(file: string, args: string[], path: string): Promise<number | null> {
  return new Promise((resolve) => {
    execFile(file, args, { env: { PATH: path, GASTOWN_DEFAULT_BRANCH: "main" }, timeout: 10_000 }, (error) => {
      resolve(error === null ? 0 : typeof error.code === "number" ? error.code : null);
    });
  });
}
