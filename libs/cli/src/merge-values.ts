import type { Schema } from "@gastown/client";
import { CliError } from "./cli-error.ts";

type Settings = NonNullable<Schema<"Rig">["merge"]>;
type Name = keyof Settings;

const yesOrNo = ["true", "false"];
/** What each setting can be; null: a whole number of milliseconds. */
const values: Readonly<Record<Name, readonly string[] | null>> = {
  method: ["merge", "squash", "rebase"],
  requireApproval: yesOrNo,
  allowUnstable: yesOrNo,
  resolveAllThreads: yesOrNo,
  waitOptional: yesOrNo,
  expectChecks: yesOrNo,
  settleMs: null,
  delegate: ["none", "native"],
};

function isName(name: string): name is Name {
  return Object.hasOwn(values, name);
}

/** The values of `--merge name=value`. Throws a CliError that names every one that is wrong. */
export function mergeOf(given: Record<string, string>): Settings {
  const fields = Object.entries(given).flatMap(([name, text]) => {
    if (!isName(name)) return [{ field: `merge.${name}`, reason: `is none of ${Object.keys(values).join(", ")}` }];
    const choices = values[name];
    const fits = choices === null ? /^\d{1,7}$/.test(text) : choices.includes(text);
    const wanted = choices === null ? "a whole number of milliseconds" : `one of ${choices.join(", ")}`;
    return fits ? [] : [{ field: `merge.${name}`, reason: `must be ${wanted}` }];
  });
  if (fields.length > 0) {
    const message = fields.map(({ field, reason }) => `${field} ${reason}`).join("; ");
    throw new CliError(message, { code: "invalid", advice: "It looks like --merge method=squash.", fields });
  }
  return Object.fromEntries(Object.entries(given).map(([name, text]) => [name, valueOf(text)]));
}

function valueOf(text: string): string | number | boolean {
  if (yesOrNo.includes(text)) return text === "true";
  return /^\d+$/.test(text) ? Number(text) : text;
}
