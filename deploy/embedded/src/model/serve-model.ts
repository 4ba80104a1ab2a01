import { parseEnv } from "@gastown/service";
import { startScriptedModel } from "@gastown/testkit/scripted-model";
import { z } from "zod";
import type { Installation } from "../installation.ts";
import { type ChosenModel, chooseModel } from "./choose-model.ts";

export interface ModelInUse {
  kind: "real" | "scripted" | "none";
  /** Null when there is none: agents wait until there is one. */
  chosen: ChosenModel | null;
  label: string;
  close(): Promise<void>;
}

/** Also as the text of the file that `GASTOWN_MODEL_KEY_FILE` names. */
const key = z.object({ GASTOWN_MODEL_KEY: z.string().optional() });
const nothing = () => Promise.resolve();

/** The model agents use: the one the environment names; else, for the demo, the scripted double; else none. */
export async function serveModel({ env, ports }: Installation, scripted: boolean): Promise<ModelInUse> {
  const chosen = chooseModel({ ...env, ...parseEnv(key, env) });
  if (chosen !== null) return { kind: "real", chosen, label: chosen.label, close: nothing };
  if (!scripted) return { kind: "none", chosen: null, label: "none", close: nothing };
  const model = await startScriptedModel({ port: await ports.choose("model") });
  const label = "scripted (a double, not a language model)";
  return { kind: "scripted", chosen: { url: model.url, name: "scripted", label }, label, close: () => model.close() };
}
