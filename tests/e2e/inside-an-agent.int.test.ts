import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { containerCredentials, issuerOf, type BusKeys } from "@gastown/bus";
import { answered, settled } from "@gastown/client";
import { describeOnDocker, eventually, findDockerEngine, scriptText } from "@gastown/testkit";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { foundFile, probeCommands, type ProbedPlace } from "./agent-probes.ts";
import { checkout } from "./gastown-process.ts";
import { useInstallation } from "./installation.ts";
import { git, makeSource } from "./source-repository.ts";
import { typeAtAgent } from "./type-at-agent.ts";

// A polecat of the whole product, whose model tells it to break out: to read what is the host's, to speak for another town, to be the mayor,
// to write to another repository. Towns `town` (rigs app and other) and `lake` (rig app); the polecat is of town/app.
const patiently = { timeoutMs: 300_000 };
vi.setConfig({ hookTimeout: 2 * patiently.timeoutMs });
const modelKey = "sk-inside-8842-f00d";
/** What another agent has in its home and its worktree. */
const neighbours = "neighbours-own-5531";

/** A call of an agent's bash tool. */
function bash(command: string) {
  return { tool: "bash", args: { command, description: "Looks around", timeout: 120_000 } };
}

type Runtime = ProbedPlace["runtime"];

/** What came of the attempts by name, and all that the agent could read; usable in tests only. */
function useProbes(runtime: Runtime, env: Record<string, string> = {}) {
  let source: ReturnType<typeof makeSource>;
  let keyFile: string;
  beforeAll(async () => {
    source = makeSource();
    keyFile = join(dirname(source.path), "model.key");
    await writeFile(keyFile, `${modelKey}\n`, { mode: 0o600 });
  });
  const installation = useInstallation(() => ({
    GASTOWN_MODEL_KEY_FILE: keyFile,
    GASTOWN_RUNTIME: runtime,
    ...env,
  }));
  let place: ProbedPlace;
  let found = "";
  const answers = new Map<string, string>();

  async function prepare(): Promise<void> {
    const { client, state } = installation();
    const { http } = client;
    await settled(http.POST("/v1/towns", { body: { town: "lake", name: "Lake" } }));
    for (const [town, rig, prefix] of [
      ["town", "app", "ap"],
      ["town", "other", "ot"],
      ["lake", "app", "ap"],
    ] as const) {
      const body = { rig, prefix, source: source.path };
      await settled(http.POST("/v1/towns/{town}/rigs", { params: { path: { town } }, body }));
    }
    place = { ...(await placeOf(runtime, state)), neighbour: await startNeighbour() };
  }

  /** Another agent of the rig, that has something of its own and does not end. */
  async function startNeighbour(): Promise<ProbedPlace["neighbour"]> {
    const { client } = installation();
    const params = { path: { town: "town" } };
    const keeps = bash(`echo ${neighbours} | tee private.txt > $HOME/private.txt; sleep 86421`);
    const body = { rig: "app", title: "Keep something", body: scriptText([keeps]) };
    await settled(client.http.POST("/v1/towns/{town}/beads", { params, body }));
    const one = await eventually(async () => {
      const { data } = await answered(client.http.GET("/v1/towns/{town}/agents", { params }));
      return data.items.find(({ role, hook }) => role === "polecat" && hook !== null) ?? null;
    }, patiently);
    return { agent: one.agent, bead: one.hook ?? "none" };
  }

  async function work(): Promise<void> {
    const { client, model } = installation();
    const [collects, probes] = probeCommands(place);
    const body = {
      rig: "app",
      title: "Look around",
      body: scriptText([bash(collects), bash(probes), { hang: true }]),
    };
    await settled(client.http.POST("/v1/towns/{town}/beads", { params: { path: { town: "town" } }, body }));
    const told = await eventually(() => {
      const texts = model.requests.flatMap(({ messages }) => messages).filter(({ role }) => role === "tool");
      return texts.find(({ text }) => text.includes("bus-stolen:"))?.text ?? null;
    }, patiently);
    for (const [, name = "", answer = ""] of told.matchAll(/^([a-z0-9-]+):(.*)$/gm)) answers.set(name, answer.trim());
    found = await eventually(() => handedIn(installation().state), patiently);
  }

  beforeAll(async () => {
    await prepare();
    await work();
  });
  afterAll(() => source.remove());
  return {
    answer: (name: string) => answers.get(name) ?? `no answer of ${name} among ${[...answers.keys()].join(" ")}`,
    found: () => found,
    place: () => place,
    installation,
  };
}

async function jsonOf<T>(...path: string[]): Promise<T> {
  return JSON.parse(await readFile(join(...path), "utf8")) as T;
}

type Secrets = { busKeys: BusKeys } & Record<"token" | "postgresPassword" | "forgeSecret" | "secretKey", string>;

async function placeOf(runtime: Runtime, state: string): Promise<Omit<ProbedPlace, "neighbour">> {
  const ports = await jsonOf<Record<string, number>>(state, "ports.json");
  const { busKeys } = await jsonOf<Secrets>(state, "secrets.json");
  const port = (name: string): number => ports[name] ?? Number.NaN;
  return {
    runtime,
    forge: runtime === "docker" ? "forge.gastown" : `127.0.0.1:${port("forge")}`,
    bus: `127.0.0.1:${runtime === "docker" ? 4222 : port("nats")}`,
    ports: [port("gateway"), port("postgres")],
    stolen: containerCredentials(issuerOf(busKeys), { town: "town", container: "town-1" }),
  };
}

/** What the agent found, as it lies in the forge; null until it does. */
function handedIn(state: string): string | null {
  const repository = join(state, "forge/town/app.git");
  // Another agent's work may lie there, too.
  const branches = git(repository, "for-each-ref", "--format=%(refname)", "refs/heads/gt").split("\n").filter(Boolean);
  const branch = branches.find((name) => git(repository, "ls-tree", "--name-only", name, foundFile) !== "");
  return branch === undefined ? null : git(repository, "show", `${branch}:${foundFile}`);
}

/** What holds in each runtime. */
const common: readonly [name: string, expected: RegExp][] = [
  // The agent has what it needs, or the others would prove nothing.
  ["own-repository", /^HEAD$/],
  ["tools", /\bdone\b.*\bmail_send\b|\bmail_send\b.*\bdone\b/],
  ["bus-stolen", /town-output=taken town-session=taken town-credential=taken/],
  // And no more.
  ["other-credential", /403$/],
  ["made-up-token", /^401$/],
  ["push-sibling", /error: 403/],
  ["push-foreign", /error: 403/],
  ["clone-sibling", /error: 403/],
  ["clone-foreign", /error: 403/],
  ["mayor-tool", /not found/i],
  ["bus-without", /Authorization Violation/],
  [
    "bus-stolen",
    /town-town=refused lake-output=refused lake-session=refused lake-credential=refused lake-town=refused$/,
  ],
];

function testsOf(probes: ReturnType<typeof useProbes>): void {
  test("what an agent can read holds no secret but its own", async () => {
    const { busKeys, token, postgresPassword, forgeSecret, secretKey } = await jsonOf<Secrets>(
      probes.installation().state,
      "secrets.json",
    );
    const found = probes.found();
    // The host has the key, and the agent's own token is there: it was looked where secrets are.
    const { requests } = probes.installation().model;
    expect(new Set(requests.map(({ authorization }) => authorization))).toEqual(new Set([`Bearer ${modelKey}`]));
    expect(found).toMatch(/## .*environ\n/);
    expect(found).toContain("OPENCODE_CONFIG_CONTENT=");
    const secrets = { modelKey, token, postgresPassword, forgeSecret, secretKey, ...busKeys };
    const read = Object.entries(secrets).filter(([, secret]) => found.includes(secret));
    expect(read.map(([name]) => name)).toEqual([]);
    // Any private key of the bus, whosever it is, except the one that this test gave it.
    const { stolen } = probes.place();
    expect([...found.matchAll(/\bS[OAUNC][A-Z2-7]{56}\b/g)].filter(([seed]) => !stolen.includes(seed))).toEqual([]);
  });
}

const engine = await findDockerEngine(["gastown-agent"]);

// As processes agents are held by less; it is looked where there is no engine, as the whole product is started for it.
describe.runIf(engine.host === null)("inside an agent that is a process of this machine", () => {
  const probes = useProbes("process");
  test.each(common)("%s: %s", (name, expected) => expect(probes.answer(name)).toMatch(expected));
  testsOf(probes);
});

describeOnDocker("inside an agent in a container", engine, (host) => {
  beforeAll(async () => {
    // What is tested is the code of this checkout: an image of it is made in seconds when it has changed.
    const builder = join(checkout, "deploy/docker/build-images.mjs");
    await promisify(execFile)(process.execPath, [builder, "agent"], { env: { ...process.env, DOCKER_HOST: host } });
  });
  const probes = useProbes("docker", { DOCKER_HOST: host });
  afterAll(async () => {
    // With a town goes what the engine keeps of it.
    const { client, state } = probes.installation();
    await settled(client.http.DELETE("/v1/towns/{town}", { params: { path: { town: "town" } } }));
    const label = `label=gastown.installation=${await readFile(join(state, "agents/_installation"), "utf8")}`;
    const list = () => promisify(execFile)("docker", ["-H", host, "volume", "ls", "--quiet", "--filter", label]);
    await eventually(async () => (await list()).stdout === "", patiently);
  });
  test.each([
    ...common,
    ["users", /^1000 (2\d{4}) agent-\1$/],
    ["capabilities", /^CapInh:\s0+ CapPrm:\s0+ CapEff:\s0+ CapBnd:\s0+ CapAmb:\s0+ NoNewPrivs:\s1$/],
    ["become-root", /^setpriv: [^:]*: Operation not permitted setpriv: [^:]*: Operation not permitted$/],
    ["host-state", /^(?:(?:cat|ls): cannot [^:]*: Permission denied ?|cat: [^:]*: Permission denied ?)+$/],
    ["host-end", /Operation not permitted/],
    ["environments", /^own$/],
    ["neighbour-token", /Permission denied/],
    ["neighbour-home", /^ls: [^:]*: Permission denied touch: [^:]*: Permission denied$/],
    ["neighbour-worktree", /Permission denied/],
    ["neighbour-clone", /Permission denied/],
    ["neighbour-end", /Operation not permitted.* lives$/],
    ["store", /^read touch: [^:]*: Permission denied touch: [^:]*: Permission denied$/],
    ["host-environment", /Permission denied/],
    ["host-memory", /Permission denied/],
    ["host-files", /Permission denied/],
    ["host-program", /Permission denied/],
    [
      "compiled",
      /^NODE_COMPILE_CACHE='\/usr\/local\/lib\/gastown\/compiled' touch: [^:]*: (?:Permission denied|Read-only file system)$/,
    ],
    ["secret-files", /^$/],
    ["anonymous-clone", /401|could not read Username|terminal prompts disabled/],
    ["metrics", /^404$/],
    ["webhooks", /^nothing here/],
    ["internet", /^403$/],
    ["metadata", /^403$/],
    ["past-the-proxy", /unreachable/],
  ])("%s: %s", (name, expected) => expect(probes.answer(name)).toMatch(expected));

  test("a person's terminal is in the container, where the agent works, and not root's", async () => {
    const { client, state } = probes.installation();
    const params = { path: { town: "town" } };
    const { data } = await answered(client.http.GET("/v1/towns/{town}/agents", { params }));
    const agent = data.items.find(({ role }) => role === "polecat")?.agent ?? "there is no polecat";
    const look = 'echo "as-$(id -u) net-$(ls /sys/class/net | xargs) on-$(git branch --show-current)"';
    const seen = await typeAtAgent({ state, town: "town", agent, lines: [look] });
    expect(seen).toMatch(/as-[1-9]\d* net-lo on-gt\//);
  });

  test("the gateway and Postgres of the machine are out of reach", () => {
    for (const port of probes.place().ports) expect(probes.answer(`port-${port}`)).toMatch(/403$/);
  });
  testsOf(probes);

  test("nothing of another agent's is in what it can read", () => expect(probes.found()).not.toContain(neighbours));

  test("what an agent has not committed is saved, as that agent, when its container is asked to end", async () => {
    const { state } = probes.installation();
    const id = await readFile(join(state, "agents/_installation"), "utf8");
    await promisify(execFile)("docker", ["-H", host, "kill", "--signal", "SIGTERM", `gastown_${id}_town-1`]);
    const repository = join(state, "forge/town/app.git");
    const { bead } = probes.place().neighbour;
    const saved = () => {
      const branches = git(repository, "for-each-ref", "--format=%(refname)", "refs/heads/gt").split("\n");
      const branch = branches.find((name) => name.endsWith(`/${bead}`));
      return branch === undefined ? null : git(repository, "show", `${branch}:private.txt`);
    };
    expect((await eventually(saved, patiently)).trim()).toBe(neighbours);
  });
});
