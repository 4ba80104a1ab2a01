import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { makeBusKeys } from "@gastown/bus";
import { z } from "zod";
import type { StateDir } from "./state-dir.ts";

const secrets = z.object({
  /** The installation owner's token for the API. */
  token: z.string().min(16),
  postgresPassword: z.string().min(16),
  /** Signs the forge's short-lived clone credentials. */
  forgeSecret: z.string().min(16),
  /** Seals what people give agents as variables: 64 hexadecimal characters. Lost, they have to be given again. */
  secretKey: z.string().regex(/^[0-9a-f]{64}$/),
  /** Decide who may do what on the bus (decision 0019). Lost, its streams are. */
  busKeys: z.object({ operator: z.string(), system: z.string(), account: z.string(), signing: z.string() }),
});
export type Secrets = z.infer<typeof secrets>;

/** As an earlier version may have kept them. */
const keptSecrets = secrets.partial({ secretKey: true, busKeys: true });

function password(): string {
  return `p${randomBytes(24).toString("hex")}`;
}

function makeSecrets(): Secrets {
  return {
    token: `gt_${randomBytes(24).toString("hex")}`,
    postgresPassword: password(),
    forgeSecret: password(),
    secretKey: randomBytes(32).toString("hex"),
    busKeys: makeBusKeys(),
  };
}

/** The installation's secrets: made once, kept in `secrets.json` for its owner only. What a new version needs besides is added. */
export async function loadSecrets(state: StateDir): Promise<Secrets> {
  const kept = await state.read("secrets.json", keptSecrets);
  const made = makeSecrets();
  const { secretKey = made.secretKey, busKeys = made.busKeys } = kept ?? {};
  const all: Secrets = { ...made, ...kept, secretKey, busKeys };
  if (!isDeepStrictEqual(all, kept)) await state.write("secrets.json", all);
  return all;
}
