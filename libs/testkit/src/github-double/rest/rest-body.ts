import type { JsonObject } from "../ports.ts";
import { WorldRefusal } from "../world/world-refusal.ts";

/** A text field; undefined when it is absent or null. 422 when it is something else. */
export function textIn(body: JsonObject, name: string): string | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  throw invalidRequest(`For 'properties/${name}', ${JSON.stringify(value)} is not a string.`);
}

/** A text field that has to be there: 422. */
export function neededText(body: JsonObject, name: string): string {
  const value = textIn(body, name);
  if (value === undefined) throw invalidRequest(`"${name}" wasn't supplied.`);
  return value;
}

export function textsIn(body: JsonObject, name: string): readonly string[] {
  const value = body[name];
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((text) => typeof text === "string")) return value;
  throw invalidRequest(`For 'properties/${name}', ${JSON.stringify(value)} is not an array of strings.`);
}

export function flagIn(body: JsonObject, name: string): boolean {
  return body[name] === true;
}

/** An object within; empty when it is absent. */
export function objectIn(body: JsonObject, name: string): JsonObject {
  const value = body[name];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** One of these words; 422 with GitHub's list of them. */
export function wordIn<T extends string>(body: JsonObject, name: string, words: readonly T[]): T | undefined {
  const value = textIn(body, name);
  if (value === undefined) return undefined;
  const word = words.find((other) => other === value);
  if (word === undefined) throw invalidRequest(`${name} must be one of: ${words.join(", ")}.`);
  return word;
}

export function invalidRequest(reason: string): WorldRefusal {
  return new WorldRefusal(422, `Invalid request.\n\n${reason}`);
}
