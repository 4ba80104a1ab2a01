// Ends with 0 when the service of this container does its work: the ones with an address answer there, the others answer a
// question over NATS, which takes their database too.
import { once } from "node:events";
import net from "node:net";

const timeoutMs = 6_000;
const { SERVICE, GATEWAY_PORT = "4080", SCM_PORT = "4801", GATE_DIR } = process.env;
const probes = {
  gateway: () => answers(`http://127.0.0.1:${GATEWAY_PORT}/readyz`),
  scm: () => answers(`http://127.0.0.1:${SCM_PORT}/healthz`),
  town: () => replies("getTownVerdict"),
  dispatcher: () => replies("getDispatcherVerdict"),
  guard: () => answers("http://127.0.0.1:2375/_ping"),
  gate: () => greets(`${GATE_DIR}/nats.sock`),
};

/** The bus greets whoever comes through the gate. */
async function greets(path) {
  const socket = net.connect({ path });
  const signal = AbortSignal.timeout(timeoutMs);
  const [greeting] = await once(socket, "data", { signal });
  socket.destroy();
  if (!String(greeting).startsWith("INFO ")) throw new Error(`${path} answered ${greeting}`);
}

async function answers(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
}

async function replies(question) {
  // Only for those who need it: it is most of what this program costs, and it runs again and again.
  const { ask, connectBus } = await import("@gastown/bus");
  const { [question]: query, noTown } = await import("@gastown/contracts");
  const { createLogger } = await import("@gastown/telemetry");
  const { busLogin } = await import("./bus-login.mjs");
  const logger = createLogger("healthcheck", { level: "error" });
  const signal = AbortSignal.timeout(timeoutMs);
  const bus = await connectBus({
    ...busLogin(),
    name: "healthcheck",
    inboxPrefix: `_INBOX_${SERVICE}`,
    logger,
    signal,
  });
  await ask(bus, query, { town: noTown, data: { command: "healthcheck" }, timeoutMs, signal });
  await bus.close();
}

try {
  await probes[SERVICE]();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
process.exit(0);
