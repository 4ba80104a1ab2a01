import { randomBytes } from "node:crypto";
import type { SigningKey } from "./signer.ts";

/**
 * The keys that cookies and states are signed with: those of the configuration, else one made from the key for secrets, else
 * one of this process, which ends sessions and visits with it and suits no second replica.
 */
export function signingKeysOf(config: {
  signingKeys?: readonly SigningKey[] | undefined;
  secretKey?: string | undefined;
}): readonly SigningKey[] {
  if (config.signingKeys !== undefined && config.signingKeys.length > 0) return config.signingKeys;
  const secret = config.secretKey === undefined ? randomBytes(32) : Buffer.from(config.secretKey, "hex");
  return [{ id: "v1", secret }];
}
