import { randomBytes } from "node:crypto";
import { natsUsers } from "@gastown/bus";
import { z } from "zod";
import type { StateDir } from "./state-dir.ts";

const secrets = z.object({
  /** The installation owner's token for the API. */
  token: z.string().min(16),
  postgresPassword: z.string().min(16),
  /** Signs the forge's short-lived clone credentials. */
  forgeSecret: z.string().min(16),
  /** Passwords of the NATS users, by name. */
  nats: z.record(z.string(), z.string()),
});
export type Secrets = z.infer<typeof secrets>;

/** A password that begins with a letter: nats-server reads one that looks like a number as a number. */
function password(): string {
  return `p${randomBytes(24).toString("hex")}`;
}

/** The installation's secrets: made once, kept in `secrets.json` for its owner only. */
export async function loadSecrets(state: StateDir): Promise<Secrets> {
  const kept = await state.read("secrets.json", secrets);
  const missing = natsUsers.filter(({ name }) => kept?.nats[name] === undefined);
  if (kept !== null && missing.length === 0) return kept;
  const fresh: Secrets = {
    token: kept?.token ?? `gt_${randomBytes(24).toString("hex")}`,
    postgresPassword: kept?.postgresPassword ?? password(),
    forgeSecret: kept?.forgeSecret ?? password(),
    nats: { ...kept?.nats, ...Object.fromEntries(missing.map(({ name }) => [name, password()])) },
  };
  await state.write("secrets.json", fresh);
  return fresh;
}
