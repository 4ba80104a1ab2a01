import { freePort } from "@gastown/service";
import { z } from "zod";
import type { StateDir } from "./state-dir.ts";

const names = ["gateway", "forge", "agents", "nats", "postgres", "model"] as const;
type PortName = (typeof names)[number];
const kept = z.record(z.string(), z.int().min(1).max(65_535));

export interface Ports {
  /** The port of the last time when it is still free (or `ours`: our own server listens on it), else a free one; it is kept. */
  choose(name: PortName, options?: { wanted?: number | null; ours?: boolean }): Promise<number>;
}

/**
 * The ports of an installation. They stay the same over restarts, because agents that outlive the server know them.
 * Throws when a wanted port is taken.
 */
export async function openPorts(state: StateDir): Promise<Ports> {
  const ports = (await state.read("ports.json", kept)) ?? {};
  return {
    async choose(name, { wanted = null, ours = false } = {}) {
      const preferred = wanted ?? ports[name];
      const port = ours && preferred !== undefined ? preferred : await freePort(preferred);
      if (wanted !== null && port !== wanted)
        throw new Error(`port ${wanted} is taken: give another with --port, or none`);
      ports[name] = port;
      await state.write("ports.json", ports);
      return port;
    },
  };
}
