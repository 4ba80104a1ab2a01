import { createServer } from "node:http";
import { startScriptedModel } from "@gastown/testkit/scripted-model";
import type { Installation } from "../installation.ts";
import { type ChosenModel, chooseModel, modelHelp } from "./choose-model.ts";

export interface ModelInUse extends ChosenModel {
  kind: "real" | "scripted" | "none";
  close(): Promise<void>;
}

/**
 * The model agents use: the one the environment names; else, for the demo, the scripted double, and otherwise a server that
 * answers every request by saying that no model is set, so that agents end at once with that reason.
 */
export async function serveModel({ env, ports }: Installation, scripted: boolean): Promise<ModelInUse> {
  const chosen = chooseModel(env);
  if (chosen !== null) return { ...chosen, kind: "real", close: () => Promise.resolve() };
  const port = await ports.choose("model");
  if (!scripted) return await serveRefusal(port);
  const model = await startScriptedModel({ port });
  const label = "scripted (a double, not a language model)";
  return { kind: "scripted", url: model.url, name: "scripted", label, close: () => model.close() };
}

async function serveRefusal(port: number): Promise<ModelInUse> {
  const message = `No model is set. Stop the town, set ${modelHelp.join(", ")}, and start it again.`;
  const body = JSON.stringify({ error: { message, type: "no_model", code: "no_model" } });
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(401, { "content-type": "application/json" }).end(body);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { kind: "none", url: `http://127.0.0.1:${port}/v1`, name: "none", label: "none", close };
}
