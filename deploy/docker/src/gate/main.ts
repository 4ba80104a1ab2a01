// The gate as a program of its own: the `gate` service of docker-compose.yml.
//   GATE_DIR   the folder, or mounted volume, of the sockets      GATE_NATS   host:port of the bus
//   GATE_ALLOW what else agents' containers may reach: host:port, *.domain:port, name:port=host:port, separated by commas
//   GATE_MODEL_URL   the model's URL, which may be reached too
import { startGate } from "./start-gate.ts";

const { GATE_DIR: folder, GATE_NATS: nats, GATE_ALLOW: allow = "", GATE_MODEL_URL: model } = process.env;
if (!folder || !nats) throw new Error("GATE_DIR and GATE_NATS are needed");

function addressOf(url: string): string {
  const { protocol, hostname, port } = new URL(url);
  const usual = protocol === "https:" ? "443" : "80";
  return `${hostname}:${port === "" ? usual : port}`;
}

const gate = await startGate({
  folder,
  nats,
  allow: [allow, ...(model ? [addressOf(model)] : [])].join(","),
  onAsked({ destination, allowed }) {
    if (!allowed)
      console.error(JSON.stringify({ level: "warn", msg: "an agent asked for what is not allowed", destination }));
  },
});
console.error(JSON.stringify({ level: "info", msg: "the gate is open", folder, nats, allow }));
for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => void gate.close());
