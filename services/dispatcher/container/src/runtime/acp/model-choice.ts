import { z } from "zod";
import { providerName } from "../opencode-http/server-setup.ts";

const option = z.object({ value: z.string() });
const group = z.object({ options: z.array(option) });
const select = z.object({
  id: z.string(),
  category: z.literal("model"),
  type: z.literal("select"),
  currentValue: z.string(),
  options: z.array(z.union([option, group])),
});
/** Programs of an earlier state of the protocol tell their models apart from their other settings. */
const models = z.object({
  currentModelId: z.string(),
  availableModels: z.array(z.object({ modelId: z.string() })),
});
const settings = z.object({
  configOptions: z.array(z.unknown()).nullish(),
  models: models.nullish().catch(null),
});

/** The models a session may have, as its program says. */
export interface ModelChoice {
  /** By which setting it is changed; null: by the call of its own that there was before settings. */
  setting: string | null;
  current: string;
  offered: readonly string[];
}

/** What a session's settings say about models; null when the program lets nobody choose. Pure. */
export function readModelChoice(answer: unknown): ModelChoice | null {
  const read = settings.safeParse(answer);
  if (!read.success) return null;
  for (const one of read.data.configOptions ?? []) {
    const found = select.safeParse(one);
    if (!found.success) continue;
    const { id, currentValue, options } = found.data;
    const offered = options.flatMap((each) => ("options" in each ? each.options : [each])).map(({ value }) => value);
    return { setting: id, current: currentValue, offered };
  }
  const old = read.data.models ?? null;
  if (old === null) return null;
  return { setting: null, current: old.currentModelId, offered: old.availableModels.map(({ modelId }) => modelId) };
}

const prefix = `${providerName}/`;

/** A model's name as towns have it: without our provider's name, where a program knows that one. */
export function modelName(value: string): string {
  return value.startsWith(prefix) ? value.slice(prefix.length) : value;
}

/** What the program calls this model; null when it does not offer it. */
export function offeredAs({ offered }: ModelChoice, name: string): string | null {
  return offered.find((value) => value === name || value === prefix + name) ?? null;
}
