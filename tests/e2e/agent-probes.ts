import { join } from "node:path";
import { checkout } from "./gastown-process.ts";

/** What an agent is told of its surroundings, to try them; a thief would find out. */
export interface ProbedPlace {
  runtime: "process" | "docker";
  /** The forge and the bus as the agent reaches them. */
  forge: string;
  bus: string;
  /** Ports of this machine that nothing of an agent's goes to. */
  ports: number[];
  /** Credentials as the agent's own container host has them, taken from it. */
  stolen: string;
  /** Another agent of its rig, at work in the same container. */
  neighbour: { agent: string; bead: string };
}

/** The file in which an agent hands in all that it could read. */
export const foundFile = "found.txt";

/** Runs inside an agent; prints `name:answer` for each attempt. */
function attempts({ runtime, forge, bus, ports, neighbour }: ProbedPlace): string[] {
  const [sibling, foreign] = ["town/other", "lake/app"].map((name) => `http://thief:$PASS@${forge}/git/${name}.git`);
  // Said at once: where reading needs no credential, git would only show it when asked.
  const clone = `git -c http.extraHeader="Authorization: Basic $(printf thief:$PASS | base64 -w 0)" clone`;
  const json = `-H "authorization: Bearer $TOKEN" -H "content-type: application/json" -H "accept: application/json, text/event-stream"`;
  const rpc = (method: string, params: object): string =>
    `curl -s ${json} -d '${JSON.stringify({ jsonrpc: "2.0", id: 1, method, params })}' $HOST_URL/mcp`;
  const askFor = (path: string): string =>
    `curl -s -w " %{http_code}" ${json} -d '${JSON.stringify({ protocol: "http", host: forge, path })}' $HOST_URL/git/credential`;
  const common = [
    ["own-repository", `git ls-remote origin HEAD | cut -f2`],
    ["other-credential", askFor("git/town/other.git")],
    [
      "made-up-token",
      `curl -s -o /dev/null -w "%{http_code}" -X POST -H "authorization: Bearer gt-made-up" $HOST_URL/mcp`,
    ],
    ["push-sibling", `git push ${sibling} HEAD:refs/heads/stolen`],
    ["push-foreign", `git push ${foreign} HEAD:refs/heads/stolen`],
    ["clone-sibling", `${clone} ${sibling} /tmp/sibling-$$`],
    ["clone-foreign", `${clone} ${foreign} /tmp/foreign-$$`],
    ["tools", `${rpc("tools/list", {})} | tr "," "\\n" | grep -o '"name":"[a-z_]*"' | cut -d'"' -f4`],
    ["mayor-tool", rpc("tools/call", { name: "sling", arguments: { rig: "app", title: "x" } })],
    ["bus-without", `node $D/bus.mjs ${bus}`],
    ["bus-stolen", `node $D/stolen.mjs ${bus}`],
  ];
  const town = "/var/lib/gastown";
  const compiled = "/usr/local/lib/gastown/compiled";
  const theirHome = `${town}/agents/${neighbour.agent}/home`;
  const closed = [
    // Who runs what, in this container: the host has a user of its own, and so have this agent and the other.
    [
      "users",
      "echo $(awk '/^Uid/ {print $2}' /proc/$HOST_PID/status /proc/self/status) $(node -p 'os.userInfo().username')",
    ],
    ["capabilities", "grep -E '^(Cap|NoNewPrivs)' /proc/self/status"],
    ["become-root", "setpriv --reuid=0 --clear-groups id -u; setpriv --reuid=1000 id -u"],
    ["host-state", `cat ${town}/users.json ${town}/run/*; ls ${town}/run ${town}/agents ${town}/clones`],
    ["host-end", "kill -9 $HOST_PID"],
    // Processes whose environment can be read, by their users: only its own.
    [
      "environments",
      "for p in /proc/[0-9]*; do head -c 1 $p/environ >/dev/null 2>&1 && awk '/^Uid/ {print $2}' $p/status; done | sort -u | sed s/^$(id -u)$/own/",
    ],
    ["neighbour-token", `cat ${theirHome}/.gastown/git-access.json`],
    ["neighbour-home", `ls ${theirHome}; touch ${theirHome}/x`],
    ["neighbour-worktree", `cat ${town}/worktrees/${neighbour.agent}/${neighbour.bead}/private.txt`],
    ["neighbour-clone", `ls ${town}/clones/app/${neighbour.agent}`],
    [
      "neighbour-end",
      "for i in $(seq 100); do pgrep -f '^sleep 86421' >/dev/null && break; sleep 0.3; done; pkill -9 -f '^sleep 86421'; pgrep -f '^sleep 86421' >/dev/null && echo lives",
    ],
    [
      "store",
      `ls ${town}/stores/app/repository.git/objects >/dev/null && echo read; touch ${town}/stores/app/x ${town}/stores/app/repository.git/config`,
    ],
    ["host-environment", "cat /proc/$HOST_PID/environ"],
    ["host-memory", "head -c 1 /proc/$HOST_PID/mem"],
    ["host-files", "ls /proc/$HOST_PID/fd"],
    ["host-program", "head -c 4 /usr/local/lib/gastown/gastown-host"],
    // What its tasks run was compiled before (the one that wrote git's configuration found it), and is nobody's to change.
    [
      "compiled",
      `git config --get-all credential.helper | grep -o "NODE_COMPILE_CACHE='[^']*'"; touch ${compiled}/x; find ${compiled} ! -type l '(' ! -user root -o -perm /022 ')'`,
    ],
    [
      "secret-files",
      "find / -xdev \\( -name secrets.json -o -name '*.creds' -o -name issuer.json -o -name docker.sock \\) 2>/dev/null",
    ],
    ["anonymous-clone", `git -c credential.helper= ls-remote http://${forge}/git/lake/app.git`],
    ["metrics", `curl -s -o /dev/null -w '%{http_code}' http://${forge}/metrics`],
    ["webhooks", `curl -s -X POST -d '{}' http://${forge}/hooks/github`],
    ["internet", "curl -s -m 5 -o /dev/null -w '%{http_code}' http://example.org/"],
    ["metadata", "curl -s -m 5 -o /dev/null -w '%{http_code}' http://169.254.169.254/latest/meta-data/"],
    ["past-the-proxy", "exec 3<>/dev/tcp/1.1.1.1/80"],
    ...ports.map((port) => [
      `port-${port}`,
      `curl -s -m 5 --noproxy '' -x http://127.0.0.1:3128 -w '%{http_code}' http://127.0.0.1:${port}/`,
    ]),
  ];
  const shown = (runtime === "docker" ? [...common, ...closed] : common).map(
    ([name, command]) => `say ${name} <<'COMMAND'\n${command}\nCOMMAND`,
  );
  return [
    `PASS=$(printf 'protocol=http\\nhost=${forge}\\npath=git/town/app.git\\n\\n' | git credential fill | sed -n s/^password=//p)`,
    "export PASS GIT_TERMINAL_PROMPT=0",
    ...shown,
  ];
}

/** Says to the bus what `PUB` says, as nobody. */
const anonymous = `import net from "node:net";
const [host, port] = process.argv[2].split(":");
const socket = net.connect(Number(port), host, () => socket.write('CONNECT {"verbose":false}\\r\\nPUB evt.lake.x.y 2\\r\\nhi\\r\\nPING\\r\\n'));
let said = "";
socket.on("data", (data) => { said += data; if (/-ERR|PONG/.test(said)) socket.destroy(); });
socket.on("close", () => console.log(said.replace(/INFO [^\\r]*\\r\\n/, "").trim()));
socket.on("error", (error) => console.log(error.message));`;

/** What can be done with the credentials of the agent's own container host: for its town, and for another. */
const thief = (libs: string): string => `import { readFileSync } from "node:fs";
import { ask, connectBus, publishOutput, loadAgentSnapshot } from "${libs}/bus/src/index.ts";
import { getTown, repoCredential } from "${libs}/contracts/src/index.ts";
import { createLogger } from "${libs}/telemetry/src/index.ts";
const credentials = readFileSync(process.env.D + "/stolen.creds", "utf8");
const bus = await connectBus({ servers: "nats://" + process.argv[2], credentials, name: "thief", inboxPrefix: "_INBOX_container_town",
  logger: createLogger("thief", { level: "silent" }), signal: AbortSignal.timeout(20000) });
const line = { at: new Date().toISOString(), agent: "gt-99", generation: 1, kind: "text", text: "forged" };
for (const town of ["town", "lake"]) {
  const tries = {
    output: () => publishOutput(bus, town, line),
    session: () => loadAgentSnapshot(bus, { town, agent: "gt-1" }),
    credential: () => ask(bus, repoCredential, { town, data: { rig: "app", agent: "gt-99" } }).then(() => {}, (error) => {
      if (error.code === "unavailable") throw error;
    }),
    town: () => ask(bus, getTown, { town, data: {} }),
  };
  for (const [name, attempt] of Object.entries(tries))
    console.log(town + "-" + name + "=" + (await attempt().then(() => "taken", (error) => /ermissions/.test(error.message) ? "refused" : error.message)));
}
await bus.close();`;

/** Writes down everything that an agent can read of its processes and of its files. */
const collect = (
  everything: boolean,
): string => `import { lstatSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
const found = [];
const read = (file) => { try { found.push("## " + file, readFileSync(file, "latin1")); } catch { /* it may not */ } };
const walk = (folder) => {
  for (const name of readdirSync(folder)) {
    const file = folder + "/" + name;
    try {
      const stat = lstatSync(file);
      if (stat.isDirectory()) walk(file); else if (stat.isFile() && stat.size < 4e6) read(file);
    } catch { /* it may not */ }
  }
};
const parent = (pid) => Number(/^PPid:\\s*(\\d+)/m.exec(readFileSync("/proc/" + pid + "/status", "utf8"))[1]);
if (${String(everything)}) for (const pid of readdirSync("/proc").filter(Number)) for (const file of ["environ", "cmdline"]) read("/proc/" + pid + "/" + file);
// As far as the container host: what is above it is the machine's, and not the agent's.
else for (let pid = process.pid, up = 0; pid > 1 && up < 5; pid = parent(pid), up += 1) {
  read("/proc/" + pid + "/environ");
  if (readFileSync("/proc/" + pid + "/cmdline", "latin1").includes("container/src/main.ts")) break;
}
for (const folder of ${everything ? '["/var/lib/gastown", "/tmp", "/run/gastown"]' : "[process.env.HOME, process.cwd()]"}) walk(folder);
writeFileSync("${foundFile}", found.join("\\n"));`;

/** The commands of an agent that hands in all it can read, and then tries what it must not be able to do. */
export function probeCommands(place: ProbedPlace): [collects: string, probes: string] {
  const docker = place.runtime === "docker";
  const files = {
    "bus.mjs": anonymous,
    "stolen.mjs": thief(docker ? "/app/libs" : join(checkout, "libs")),
    "stolen.creds": place.stolen,
    "probe.sh": [
      'say() { echo "$1:$(bash 2>&1 | tr "\\n" " " | cut -c1-600)"; }',
      `TOKEN=$(node -p 'JSON.parse(process.env.OPENCODE_CONFIG_CONTENT).mcp.gt.headers.authorization.slice(7)')`,
      `HOST_URL=$(node -p 'new URL(JSON.parse(process.env.OPENCODE_CONFIG_CONTENT).mcp.gt.url).origin')`,
      "HOST_PID=$(pgrep -o -f '^/usr/local/lib/gastown/gastown-host')",
      "export TOKEN HOST_URL HOST_PID",
      ...attempts(place),
    ].join("\n"),
  };
  const written = Object.entries(files).map(([name, text]) => `${decoded(text)} > $D/${name}`);
  return [
    `node --input-type=module -e "$(${decoded(collect(docker))})" && git add -A && git commit -qm Found && git push -q origin HEAD`,
    ["export D=$(mktemp -d)", ...written, "bash $D/probe.sh"].join("\n"),
  ];
}

/** A command that prints the text. */
function decoded(text: string): string {
  return `echo ${Buffer.from(text).toString("base64")} | base64 -d`;
}
