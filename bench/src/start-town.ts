import { ask, type Bus } from "@gastown/bus";
import { listTowns, noTown } from "@gastown/contracts";
import { startWorker, type WorkerProcess } from "./worker-process.ts";

/** The town service in a process of its own, as it runs in production, once it answers. */
export function startTown(
  { natsUrl, databaseUrl }: { natsUrl: string; databaseUrl: string },
  bus: Bus,
): Promise<WorkerProcess> {
  return startWorker(new URL("../../services/town/src/main.ts", import.meta.url), {
    env: { NATS_URL: natsUrl, DATABASE_URL: databaseUrl, LOG_LEVEL: "error" },
    isReady: async () => {
      try {
        await ask(bus, listTowns, { town: noTown, data: {}, timeoutMs: 1_000 });
        return true;
      } catch {
        return false; // nobody answers yet
      }
    },
  });
}
