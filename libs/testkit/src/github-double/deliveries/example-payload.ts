import { createRequire } from "node:module";
import type { Json, JsonObject } from "../ports.ts";

interface Definition {
  readonly name: string;
  readonly examples: readonly JsonObject[];
}

/** What was delivered by github.com once, by event; 4 MB that are read when the first delivery is written. */
let published: ReadonlyMap<string, readonly JsonObject[]> | null = null;

function examplesOf(event: string): readonly JsonObject[] {
  const require = createRequire(import.meta.url);
  published ??= new Map(
    (require("@octokit/webhooks-examples") as Definition[]).map(({ name, examples }) => [name, examples]),
  );
  return published.get(event) ?? [];
}

/** Of whom and where: never taken over from an example. */
const circumstances = new Set([
  "action",
  "changes",
  "enterprise",
  "installation",
  "organization",
  "repository",
  "requester",
  "sender",
]);

/** Their keys are data: what an example has besides is not so here. */
const replacedWhole = new Set(["changes", "permissions"]);

/**
 * `body` with every field a real payload of its event has: those it does not speak of are from the published example of
 * the event and action, else of another action. What is undefined in `body` is in no payload. An event nobody published
 * an example of stays as it is.
 */
export function examplePayload(event: string, body: JsonObject): JsonObject {
  const examples = examplesOf(event);
  const fitting = examples.find((example) => example["action"] === body["action"]);
  const example = fitting ?? examples[0] ?? {};
  // Of another action's example only the shape of what we speak of ourselves is worth something.
  const kept = Object.entries(example).filter(([key]) =>
    key in body ? !replacedWhole.has(key) : fitting !== undefined && !circumstances.has(key),
  );
  return overlay(Object.fromEntries(kept), body);
}

function overlay(under: JsonObject, over: JsonObject): JsonObject {
  const laid = Object.entries(over).map(([key, value]): [string, Json | undefined] => {
    const below = under[key];
    return [key, isObject(value) && isObject(below) && !replacedWhole.has(key) ? overlay(below, value) : value];
  });
  const fields = Object.entries({ ...under, ...Object.fromEntries(laid) });
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
