import { createClient, type GastownClient } from "@gastown/client";
import { eventually } from "@gastown/testkit";
import { killHard, processesOf, serverFile, startGastown } from "../e2e/gastown-process.ts";

/** `gastown up` with its supervisor, as in production: the services are started again whenever they die. */
export interface Product {
  client: GastownClient;
  /** The folder all of it is kept in. */
  state: string;
  /** The process of the services; null while there is none. */
  pid: () => Promise<number | null>;
  /** What all of it printed. */
  output(): string;
  /** Asks it to stop, as Ctrl-C does; answers its exit code. */
  stop(): Promise<number | null>;
  /** Ends the supervisor and its process by force. */
  abandon(): void;
}

const startMs = 120_000;

/** Starts the product with the model at this URL; resolves when its API answers for the first time. */
export async function startProduct(state: string, modelUrl: string): Promise<Product> {
  const env = { GASTOWN_MODEL_URL: modelUrl, GASTOWN_MODEL: "scripted" };
  const { child, ended, output } = startGastown(["up", "--state", state], env);
  const abandon = (): void => killHard(child.pid ?? 0);
  const up = eventually(() => output().includes("Ctrl-C stops the town"), { timeoutMs: startMs });
  const gone = ended.then((code) => Promise.reject(new Error(`it ended with ${code}`)));
  gone.catch(() => undefined); // nobody waits for it once the product is up
  try {
    await Promise.race([up, gone]);
  } catch (cause) {
    abandon();
    throw new Error(`the product did not start:\n${output().slice(-5_000)}`, { cause });
  }
  const { url, token } = await serverFile(state);
  return {
    client: createClient({ url, token }),
    state,
    async pid() {
      const { pid } = await serverFile(state);
      return (await processesOf(state)).some((one) => one.pid === pid) ? pid : null;
    },
    output,
    stop() {
      child.kill("SIGINT");
      return ended;
    },
    abandon,
  };
}
