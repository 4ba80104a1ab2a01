import { isDeepStrictEqual } from "node:util";
import {
  containerOptions,
  labelFilter,
  readLabels,
  volumeLabels,
  volumeName,
  type DockerSettings,
} from "@gastown/dispatcher/docker";

/** One call of the engine's API. */
export interface EngineCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The body as JSON, or null without one. */
  readonly body: unknown;
}

export type GuardedSettings = DockerSettings & { readonly installation: string };

/** Whether a call is refused, and why; null: it is one the dispatcher of these settings makes. */
type Refusal = string | null;

interface Rule {
  readonly method: string;
  readonly path: RegExp;
  readonly refuse: (call: EngineCall, settings: GuardedSettings, name: string) => Refusal;
}

const rules: readonly Rule[] = [
  { method: "GET", path: /^\/_ping$/, refuse: () => null },
  {
    method: "GET",
    path: /^\/images\/(.+)\/json$/,
    refuse: (_, { image }, name) => unless(name === image, "another image"),
  },
  { method: "GET", path: /^\/containers\/json$/, refuse: refuseOthers },
  { method: "GET", path: /^\/events$/, refuse: refuseOthers },
  { method: "POST", path: /^\/containers\/create$/, refuse: refuseCreate },
  { method: "GET", path: /^\/containers\/([^/]+)\/(?:json|logs)$/, refuse: refuseName },
  { method: "POST", path: /^\/containers\/([^/]+)\/(?:attach|start|stop|kill|wait)$/, refuse: refuseName },
  { method: "DELETE", path: /^\/containers\/([^/]+)$/, refuse: refuseName },
  { method: "POST", path: /^\/volumes\/create$/, refuse: refuseVolume },
  { method: "DELETE", path: /^\/volumes\/([^/]+)$/, refuse: refuseName },
];

/**
 * Why the engine is not asked that, or null when it is: only what the Docker runtime itself asks, of its own installation's containers
 * and volumes, and only containers that are made exactly as the settings say. Whoever gets hold of the dispatcher cannot make a
 * container that mounts the machine.
 */
export function refuseCall(call: EngineCall, settings: GuardedSettings): Refusal {
  const path = call.path.replace(/^\/v1\.\d+(?=\/)/, "");
  for (const rule of rules) {
    const found = rule.method === call.method ? rule.path.exec(path) : null;
    if (found !== null) return rule.refuse(call, settings, decodeURIComponent(found[1] ?? ""));
  }
  return `${call.method} ${path} is nothing the dispatcher asks`;
}

function unless(fine: boolean, why: string): Refusal {
  return fine ? null : why;
}

function refuseName(_: EngineCall, { installation }: GuardedSettings, name: string): Refusal {
  const own = new RegExp(`^gastown_${installation}_[a-z0-9-]+$`);
  return unless(own.test(name), `${name} is none of this installation's`);
}

function refuseOthers({ query }: EngineCall, { installation }: GuardedSettings): Refusal {
  const filters = parseJson(query.get("filters"));
  const labels = typeof filters === "object" && filters !== null && "label" in filters ? filters.label : null;
  const [own] = labelFilter(installation);
  return unless(Array.isArray(labels) && labels.includes(own), "it is not about this installation alone");
}

function refuseCreate({ body, query }: EngineCall, settings: GuardedSettings): Refusal {
  const container = readLabels(labelsOf(body));
  if (container === null) return "a container without the labels of this installation";
  const expected = asSent(containerOptions(container, settings));
  if (!isDeepStrictEqual(body, expected)) return "a container that is not as the settings say";
  return unless(query.get("name") === containerOptions(container, settings).name, "a container of another name");
}

function refuseVolume({ body }: EngineCall, { installation }: GuardedSettings): Refusal {
  const town = labelsOf(body)["gastown.town"] ?? "";
  const expected = { Name: volumeName(installation, town), Labels: volumeLabels(installation, town) };
  return unless(isDeepStrictEqual(body, asSent(expected)), "a volume that is not a town's");
}

function labelsOf(body: unknown): Record<string, string> {
  if (typeof body !== "object" || body === null || !("Labels" in body)) return {};
  const { Labels } = body;
  if (typeof Labels !== "object" || Labels === null) return {};
  return Object.fromEntries(
    Object.entries(Labels).filter((pair): pair is [string, string] => typeof pair[1] === "string"),
  );
}

/** As it is when it has been sent: what is undefined is not there. */
function asSent(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}

function parseJson(text: string | null): unknown {
  try {
    return text === null ? null : (JSON.parse(text) as unknown);
  } catch {
    return null; // it says nothing, so it does not say the right thing
  }
}
