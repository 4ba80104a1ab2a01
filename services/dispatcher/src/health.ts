import type { Bus } from "@gastown/bus";
import type { Database } from "@gastown/db";
import type { HealthReport } from "@gastown/service";

/** Something that works on its own and knows whether it can. */
interface Part {
  health(): { ok: boolean; reason?: string };
}

/** Whether the dispatcher reaches NATS and Postgres, and its loops go on. */
export async function healthOf({
  db,
  bus,
  parts,
}: {
  db: Pick<Database, "ping">;
  bus: Pick<Bus, "status" | "serverVersion">;
  parts: Record<string, Part>;
}): Promise<HealthReport> {
  const { connected, lastError } = bus.status();
  const reason = lastError === null ? {} : { reason: lastError };
  const nats = connected
    ? { state: "connected" as const, detail: bus.serverVersion }
    : { state: "not connected" as const, ...reason };
  const dependencies = { nats, postgres: await postgresHealth(db) };
  const failing = Object.entries(parts).flatMap(([name, part]): [string, HealthReport["dependencies"][string]][] => {
    const { ok, reason: why } = part.health();
    return ok ? [] : [[name, { state: "not connected", ...(why === undefined ? {} : { reason: why }) }]];
  });
  const all = { ...dependencies, ...Object.fromEntries(failing) };
  return { ok: Object.values(all).every(({ state }) => state === "connected"), dependencies: all };
}

async function postgresHealth(db: Pick<Database, "ping">): Promise<HealthReport["dependencies"][string]> {
  try {
    await db.ping();
    return { state: "connected" };
  } catch (error) {
    return { state: "not connected", reason: error instanceof Error ? error.message : String(error) };
  }
}
