import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@gastown/service";
import { startWorker, type WorkerProcess } from "../worker-process.ts";

/** scm in a process of its own, as it runs in production, once it answers. */
export async function startScm(
  { natsUrl, databaseUrl }: { natsUrl: string; databaseUrl: string },
  secret: string,
): Promise<WorkerProcess & { url: URL }> {
  const folder = await mkdtemp(join(tmpdir(), "gastown-bench-"));
  const url = new URL(`http://127.0.0.1:${await freePort()}/hooks/github`);
  const scm = await startWorker(new URL("../../../services/scm/src/main.ts", import.meta.url), {
    env: {
      NATS_URL: natsUrl,
      DATABASE_URL: databaseUrl,
      SCM_PORT: url.port,
      SCM_REPOS_DIR: folder,
      SCM_TOKEN_SECRET: "a secret of the benchmark",
      // Nothing is asked of GitHub, as there is no rig.
      SCM_GITHUB_TOKEN: "unused",
      SCM_GITHUB_WEBHOOK_SECRETS: secret,
      LOG_LEVEL: "error",
    },
    isReady: async () => {
      try {
        // 415: it is there, and the forge is configured.
        return (await fetch(url, { method: "POST" })).status === 415;
      } catch {
        return false; // it does not listen yet
      }
    },
  });
  const stop = async (): Promise<void> => {
    await scm.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { ...scm, stop, url };
}
