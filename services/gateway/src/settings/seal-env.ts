import type { EnvChange } from "@gastown/contracts";
import { SealError, sealer } from "@gastown/service";
import { createHmac } from "node:crypto";
import { Problem, type FieldError } from "../problem.ts";

/** Variables in clear, as a person gives them: null removes one. */
export type ClearEnv = Record<string, string | null>;

const hint = /^\*{4}.{0,4}$/su;

function noKey(): Problem {
  return new Problem("no_secret_key", {
    detail: "Variables are stored sealed, and this installation has no key to seal them with.",
    errors: [{ field: "env", reason: "cannot be set before GASTOWN_SECRET_KEY is configured" }],
  });
}

/**
 * The variables sealed with the installation's key, as commands carry them. A value that is the stored one's hint keeps that one,
 * so that a settings page can send back what it was given; `stored` is asked for the hints only then. Throws a Problem without a
 * key, and for a value that only looks like a hint.
 */
export async function sealEnv(
  env: ClearEnv,
  key: string | undefined,
  stored: () => Promise<Record<string, string>>,
): Promise<EnvChange> {
  const entries = Object.entries(env);
  const masked = entries.filter(([, value]) => value !== null && hint.test(value));
  const hints = masked.length === 0 ? {} : await stored();
  const errors = masked
    .filter(([name, value]) => hints[name] !== value)
    .map(([name]) => ({
      field: `env.${name}`,
      reason: "looks like a hidden value but is not the stored one's; give the value itself, or leave the name out",
    }));
  refuse(errors);
  const kept = new Set(masked.map(([name]) => name));
  return sealAll(
    entries.filter(([name]) => !kept.has(name)),
    key,
  );
}

function sealAll(entries: [string, string | null][], key: string | undefined): EnvChange {
  const errors: FieldError[] = [];
  const sealed: EnvChange = {};
  for (const [name, value] of entries) {
    if (value !== null && key === undefined) throw noKey();
    try {
      sealed[name] = value === null || key === undefined ? null : sealer(key).seal(value);
    } catch (error) {
      if (!(error instanceof SealError)) throw error;
      errors.push({ field: `env.${name}`, reason: error.message });
    }
  }
  refuse(errors);
  return sealed;
}

function refuse(errors: FieldError[]): void {
  if (errors.length === 0) return;
  throw new Problem("invalid", { detail: errors.map(({ field, reason }) => `${field}: ${reason}`).join("; "), errors });
}

/** Tells two changes of variables apart without keeping them: a digest that cannot be guessed at without the key. */
export function envDigest(env: ClearEnv, key: string | undefined): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      value === null || key === undefined ? null : createHmac("sha256", key).update(value).digest("base64url"),
    ]),
  );
}
