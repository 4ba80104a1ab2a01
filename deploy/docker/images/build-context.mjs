// Builds a Dockerfile from files of this checkout and others, without copying the checkout.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/**
 * The image `tag` is made by the Dockerfile with the context: `files` of the checkout at their places, `modules` (a list of files)
 * as modules.tar, `others` from anywhere (`{ from, to }`), `texts` (`{ to, text }`).
 */
export function buildFromContext(
  { docker, root, dockerfile, tag, args },
  { files = [], modules = [], others = [], texts = [] },
) {
  const context = mkdtempSync(join(tmpdir(), "gastown-image-"));
  try {
    for (const { from, to } of [...files.map((file) => ({ from: join(root, file), to: file })), ...others]) {
      mkdirSync(dirname(join(context, to)), { recursive: true });
      cpSync(from, join(context, to), { recursive: true, verbatimSymlinks: true });
    }
    for (const { to, text } of texts) writeFileSync(join(context, to), text);
    if (modules.length > 0) packModules(root, modules, join(context, "modules.tar"));
    const given = Object.entries(args).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]);
    // Everything is brought along, so nothing is fetched, and no network is needed.
    docker.run(
      "build",
      "--quiet",
      "--force-rm",
      "--network=none",
      "--tag",
      tag,
      "--file",
      join(root, dockerfile),
      ...given,
      context,
    );
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

function packModules(root, files, to) {
  const args = [
    "--create",
    "--file",
    to,
    "--owner=0",
    "--group=0",
    "--no-recursion",
    "--verbatim-files-from",
    "--files-from=-",
  ];
  const { status, stderr } = spawnSync("tar", args, { cwd: root, input: files.join("\n"), encoding: "utf8" });
  if (status !== 0) throw new Error(`tar failed: ${stderr}`);
}
