// What has to be true of an installation that docker-compose.yml started.
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";

const containerMs = 90_000;

/** Runs a piece of a module in a container of the project; answers what it printed. */
function runIn({ project }, service, program) {
  return project.run("exec", "-T", service, "node", "--input-type=module", "-e", program);
}

async function gatewayAnswers({ env }) {
  const url = `http://127.0.0.1:${env.GATEWAY_PORT}`;
  assert.equal((await fetch(`${url}/readyz`)).status, 200);
  const towns = (token) => fetch(`${url}/v1/towns`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal((await towns(env.GATEWAY_TOKEN)).status, 200);
  assert.equal((await towns("wrong-token-wrong-token")).status, 401);
}

/** As the town's service does it: with its identity, from its container. The agent fails, as there is no model; its container runs. */
const wishProgram = `
  import { connectBus, newEnvelope, sendCommand } from "@gastown/bus";
  import { startAgent } from "@gastown/contracts";
  import { createLogger } from "@gastown/telemetry";
  import { busLogin } from "./deploy/docker/bus-login.mjs";
  const logger = createLogger("test", { level: "error" });
  const bus = await connectBus({ ...busLogin(), name: "test", inboxPrefix: "_INBOX_town", logger });
  const job = { agent: "gt-1", generation: 1, name: "Toast", identity: "toast", role: "polecat",
    rig: { rig: "app", defaultBranch: "main", check: null }, bead: { bead: "gt-9", type: "issue", title: "look", body: "" },
    branch: "gt/toast/gt-9", base: "main", review: null, feedback: null, checkpoint: null, model: null, instructions: [],
    env: {}, molecule: null, kind: "triage-batch" };
  const envelope = newEnvelope(startAgent, { town: "compose-town", data: job, actor: "service:town", source: "/town" });
  const verdict = await sendCommand(bus, startAgent, envelope, { timeoutMs: 20_000 });
  console.log(verdict.outcome);
  await bus.close();`;

async function townGetsContainer(world) {
  const { docker, installation } = world;
  assert.match(runIn(world, "town", wishProgram), /applied/);
  const name = `gastown_${installation}_compose-town-1`;
  for (const until = Date.now() + containerMs; ; await delay(500)) {
    const state = docker.ask(
      "inspect",
      "--format",
      "{{.State.Status}} {{.State.Health.Status}} {{.HostConfig.NetworkMode}}",
      name,
    );
    const said = docker.ask("logs", name) === null ? "" : docker.words("logs", name);
    if (state === "running healthy none" && said.includes("container host started")) return;
    if (Date.now() > until) throw new Error(`${name} is ${state ?? "not there"}, and wrote: ${said.slice(-1_000)}`);
  }
}

const privileged = JSON.stringify({ Image: "gastown-agent", HostConfig: { Privileged: true, Binds: ["/:/host"] } });
const createProgram = `
  const response = await fetch("http://docker:2375/containers/create?name=evil", { method: "POST",
    headers: { "content-type": "application/json" }, body: ${JSON.stringify(privileged)} });
  console.log(response.status, await response.text());`;
const reachProgram = `
  console.log(await fetch("http://docker:2375/_ping").then((response) => response.status, () => "unreachable"));`;

/** With the credentials of a town's container, as somebody who took them from it. */
const strayProgram = `
  import { readFileSync } from "node:fs";
  import { connectBus, containerCredentials, containerInbox, newEnvelope, publish } from "@gastown/bus";
  import { containerHeartbeat } from "@gastown/contracts";
  import { createLogger } from "@gastown/telemetry";
  const { NATS_URL: servers, CONTAINER_NATS_ISSUER_FILE: file } = process.env;
  const own = { town: "compose-town", container: "stray" };
  const credentials = containerCredentials(readFileSync(file, "utf8"), own);
  const logger = createLogger("test", { level: "silent" });
  const bus = await connectBus({ servers, credentials, name: "stray", inboxPrefix: containerInbox(own.town), logger });
  const beat = (town) => publish(bus, containerHeartbeat, newEnvelope(containerHeartbeat,
    { town, data: { container: "stray", agents: [] }, actor: "service:container/stray", source: "/container" }));
  for (const town of ["compose-town", "other-town"])
    console.log(town, await beat(town).then(() => "taken", () => "refused"));
  await bus.close();`;

function containerStaysInTown(world) {
  assert.equal(runIn(world, "dispatcher", strayProgram), "compose-town taken\nother-town refused");
}

function guardRefuses(world) {
  assert.match(runIn(world, "dispatcher", createProgram), /^403 .*guard/);
  assert.equal(runIn(world, "town", reachProgram).trim(), "unreachable");
  assert.equal(runIn(world, "dispatcher", reachProgram).trim(), "200");
}

function dispatcherDrains({ project, docker, installation }) {
  project.run("stop", "--timeout", "60", "dispatcher");
  const left = docker.run("ps", "--all", "--quiet", "--filter", `label=gastown.installation=${installation}`);
  assert.equal(left, "", "a container is left after the dispatcher closed");
}

/** In order; each throws what is wrong. */
export const checks = [
  { what: "the gateway answers, to its owner alone", check: gatewayAnswers },
  {
    what: "a town's container was started through the guard, reached the bus through the gate, and is healthy",
    check: townGetsContainer,
  },
  { what: "a container's credentials are good for its town and no other", check: containerStaysInTown },
  { what: "the guard refuses a privileged container, and nobody but the dispatcher reaches it", check: guardRefuses },
  { what: "the dispatcher took its containers with it", check: dispatcherDrains },
];
