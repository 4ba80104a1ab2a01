// A service as a process of its own, that does on a signal what its argument says.
import { setTimeout as delay } from "node:timers/promises";
import { span, withLogFields } from "@gastown/telemetry";
import { runProcess } from "../run-process.ts";

const [, , mode, name = "worker"] = process.argv;
const open = setInterval(() => {}, 1_000);

function begin(): void {
  if (mode === "throws") throw new Error("a fault of ours");
  if (mode === "rejects") void Promise.reject(new Error("nobody waits for me"));
}

await runProcess({
  name,
  configFromEnv: () => ({ otlpEndpoint: "http://127.0.0.1:1" }),
  start: async () => {
    if (mode === "cannot start") {
      clearInterval(open);
      throw new Error("the port is taken");
    }
    // Work of a town, when somebody asks for it.
    process.on("SIGUSR2", () => {
      void span("process", { root: true }, ({ traceId }) => {
        process.stdout.write(`trace ${traceId}\n`);
        withLogFields({ town: "alpha" }, () => void delay(1).then(() => setImmediate(begin)));
      });
    });
    process.stdout.write("started\n");
    return {
      name,
      health: () => Promise.resolve({ ok: true, dependencies: {} }),
      close: () => {
        clearInterval(open);
        return Promise.resolve();
      },
    };
  },
});
