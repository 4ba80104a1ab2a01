import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { atEndOfFile } from "@gastown/testkit";
import type { ScmConfig } from "../config.ts";
import { tempFolder } from "./sample-repo.ts";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));

/** The service as a process of its own, which can be killed; resolves when it runs. */
export async function startScmProcess(config: ScmConfig, path = process.env["PATH"]): Promise<ChildProcess> {
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: path,
      NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
      NATS_URL: config.natsUrl,
      DATABASE_URL: config.databaseUrl,
      SCM_PORT: String(config.port),
      SCM_REPOS_DIR: config.reposDir,
      SCM_TOKEN_SECRET: config.tokenSecret,
      LOG_LEVEL: "info",
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  atEndOfFile(() => child.kill("SIGKILL"));
  let log = "";
  const started = new Promise<void>((resolve) => {
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      log += text;
      if (log.includes("service started")) resolve();
    });
  });
  const failed = once(child, "exit").then(() => {
    throw new Error(`scm ended: ${log}`);
  });
  await Promise.race([started, failed]);
  failed.catch(() => {});
  return child;
}

export async function kill9(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

/** A `PATH` whose git kills who called it with -9 when it is to run `command`: after it has, or before. */
export async function pathWithDeadlyGit(when: "before" | "after", command: string): Promise<string> {
  const folder = await tempFolder();
  const real = 'PATH="${PATH#*:}" git "$@"';
  const script = `#!/bin/sh
case "$*" in
  *"${command}"*)
    ${when === "after" ? real : ""}
    kill -9 $PPID
    exit 1 ;;
esac
PATH="\${PATH#*:}" exec git "$@"
`;
  await writeFile(`${folder}/git`, script);
  await chmod(`${folder}/git`, 0o755);
  return `${folder}:${process.env["PATH"]}`;
}
