import { createClient, type GastownClient } from "@gastown/client";
import { eventually } from "@gastown/testkit";
import { type GastownProcess, killHard, serverFile, startGastown } from "../e2e/gastown-process.ts";

/** `gastown up` under a supervisor, as in production: it is started again whenever it dies. */
export interface Product {
  client: GastownClient;
  /** The folder all of it is kept in. */
  state: string;
  /** The process of the services. */
  pid: () => number;
  /** What its runs printed, the last one last. */
  output(): string;
  /** Asks it to stop, as Ctrl-C does; answers its exit code. It is not started again. */
  stop(): Promise<number | null>;
  /** Ends the supervisor and its process by force. */
  abandon(): void;
}

const startMs = 120_000;
/** What a supervisor waits before it starts a service again (systemd's RestartSec is of this kind). */
const restartMs = 200;
/** A program that ends by itself so often, without having been up between, will not come up. */
const failuresInARow = 10;

const isUp = (run: GastownProcess): boolean => run.output().includes("Ctrl-C stops the town");

/** Starts the product with the model at this URL; resolves when its API answers for the first time. */
export async function startProduct(state: string, modelUrl: string): Promise<Product> {
  const env = { GASTOWN_MODEL_URL: modelUrl, GASTOWN_MODEL: "scripted" };
  const runs: GastownProcess[] = [];
  const gaveUp = Promise.withResolvers<never>();
  gaveUp.promise.catch(() => undefined); // nobody waits for it once the product is up
  let stopping = false;
  let failures = 0;
  const newest = (): GastownProcess => {
    const run = runs.at(-1);
    if (run === undefined) throw new Error("the product was not started");
    return run;
  };
  const start = (): void => {
    const run = startGastown(["up", "--state", state], env);
    runs.push(run);
    void run.ended.then(() => {
      failures = isUp(run) || run.child.signalCode !== null ? 0 : failures + 1;
      if (failures >= failuresInARow) gaveUp.reject(new Error(`it ended by itself ${failures} times in a row`));
      else if (!stopping) setTimeout(() => (stopping ? undefined : start()), restartMs);
    });
  };
  start();
  const output = (): string => runs.map((run) => run.output()).join("\n--- started again ---\n");
  try {
    await Promise.race([eventually(() => isUp(newest()), { timeoutMs: startMs }), gaveUp.promise]);
  } catch (cause) {
    stopping = true;
    killHard(newest().child.pid ?? 0);
    throw new Error(`the product did not start:\n${output().slice(-5_000)}`, { cause });
  }
  const { url, token } = await serverFile(state);
  return {
    client: createClient({ url, token }),
    state,
    pid: () => newest().child.pid ?? 0,
    output,
    async stop() {
      // Only one that is up hears the signal as a wish to stop.
      await eventually(() => isUp(newest()), { timeoutMs: startMs });
      stopping = true;
      newest().child.kill("SIGINT");
      return newest().ended;
    },
    abandon() {
      stopping = true;
      killHard(newest().child.pid ?? 0);
    },
  };
}
