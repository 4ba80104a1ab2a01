import { createClient, type GastownClient } from "@gastown/client";
import { eventually, type ScriptedModel, startScriptedModel } from "@gastown/testkit";
import { afterAll, beforeAll } from "vitest";
import { type GastownProcess, killHard, makeStateFolder, serverFile, startGastown } from "./gastown-process.ts";

/** The whole product as `gastown up` runs it, with the scripted model outside of it, as a real one is. */
export interface Installation {
  client: GastownClient;
  /** Its state folder. */
  state: string;
  model: ScriptedModel;
  process: GastownProcess;
}

/** Starts one and waits until its API answers; `close` ends everything of it, whatever state it is in. */
async function startInstallation(env: Record<string, string> = {}): Promise<Installation & { close(): Promise<void> }> {
  const state = await makeStateFolder();
  const model = await startScriptedModel();
  const up = startGastown(["up", "--state", state.path], {
    GASTOWN_MODEL_URL: model.url,
    GASTOWN_MODEL: "scripted",
    ...env,
  });
  const close = async () => {
    up.child.kill("SIGTERM");
    const late = setTimeout(() => killHard(up.child.pid ?? 0), 20_000);
    await up.ended;
    clearTimeout(late);
    await state.remove();
    await model.close();
  };
  try {
    await eventually(() => up.output().includes("Ctrl-C stops the town"), { timeoutMs: 90_000 });
    const { url, token } = await serverFile(state.path);
    return { client: createClient({ url, token }), state: state.path, model, process: up, close };
  } catch (cause) {
    await close();
    throw new Error(`the installation did not start:\n${up.output()}`, { cause });
  }
}

/** An installation for all tests of a file; it can be read inside of hooks and tests only. */
export function useInstallation(env: () => Record<string, string> = () => ({})): () => Installation {
  let running: Awaited<ReturnType<typeof startInstallation>> | undefined;
  beforeAll(async () => {
    running = await startInstallation(env());
  });
  afterAll(() => running?.close());
  return () => {
    if (running === undefined) throw new Error("the installation runs inside of hooks and tests only");
    return running;
  };
}
