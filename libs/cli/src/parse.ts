import { InvalidArgumentError } from "commander";

/** A whole number of at least `min`, as commander parses an option. */
export function wholeNumber(min: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= min) return number;
    throw new InvalidArgumentError(`It must be a whole number of at least ${min}.`);
  };
}

/** `name=value` pairs, collected: the value as JSON when it is, else as text. */
export function collectPair(text: string, before: Record<string, unknown> = {}): Record<string, unknown> {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError("It must look like name=value.");
  return { ...before, [name]: jsonOr(value) };
}

/** Values of an option that can be repeated; each may be a list with commas. */
export function collect(text: string, before: string[] = []): string[] {
  return [...before, ...text.split(",").map((part) => part.trim())].filter((part) => part !== "");
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Text without quotes is text.
    return text;
  }
}
