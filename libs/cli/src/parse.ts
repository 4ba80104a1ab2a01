import { InvalidArgumentError } from "commander";

/** A whole number of at least `min`, as commander parses an option. */
export function wholeNumber(min: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= min) return number;
    throw new InvalidArgumentError(`It must be a whole number of at least ${min}.`);
  };
}

/** `name=value` pairs, collected; the last of a name counts. */
export function collectPair(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError("It must look like name=value.");
  return { ...before, [name]: value };
}

/** A value as it was given, of an option that can be repeated. */
export function collectWhole(text: string, before: string[] = []): string[] {
  return [...before, text];
}

const unitMs: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of a duration such as `90s`, `30m`, `4h` or `1d`. */
export function duration(text: string): number {
  const [, number, unit = ""] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? [];
  const ms = Number(number) * (unitMs[unit] ?? Number.NaN);
  if (Number.isSafeInteger(ms)) return ms;
  throw new InvalidArgumentError("It must be a duration such as 90s, 30m, 4h or 1d.");
}

/** Values of an option that can be repeated; each may be a list with commas. */
export function collect(text: string, before: string[] = []): string[] {
  return [...before, ...text.split(",").map((part) => part.trim())].filter((part) => part !== "");
}
