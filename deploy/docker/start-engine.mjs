// A Docker engine for tests where none runs: Debian's dockerd (package docker.io), started by hand.
//   node deploy/docker/start-engine.mjs [start|stop|status] [--install] [--env]      (--help says more)
// Plain JavaScript for any Node >= 20.
import { engineHost } from "./engine/engine-host.mjs";
import { EngineUnavailable, startEngine, stopEngine } from "./engine/own-engine.mjs";

const help = `Usage: node deploy/docker/start-engine.mjs [start|stop|status] [options]

  start    (default) says where an engine answers: DOCKER_HOST, /var/run/docker.sock, or the one this script started;
           without any, and as root on Linux, starts Debian's dockerd with its own data, socket and pid file
  stop     ends the engine this script started, by its pid; others are left alone
  status   says where an engine answers

  --install  apt-get install docker.io when dockerd is missing
  --env      print only shell exports, for:  eval "$(node deploy/docker/start-engine.mjs --install --env)"
             DOCKER_HOST where it runs, else GASTOWN_NO_DOCKER with the reason, which tests print as why they are skipped
  --help     this text

Ends with 0 when an engine runs, and with 3, saying SKIPPED and the reason, where none can (0 with --env).
Files: /run/gastown-engine (socket, pid), /var/lib/gastown-engine (images, log), or below GASTOWN_ENGINE_DIR.`;

const known = new Set(["--install", "--env", "--help"]);
const given = process.argv.slice(2);
const flags = new Set(given.filter((word) => word.startsWith("-")));
const [command = "start", ...rest] = given.filter((word) => !word.startsWith("-"));

function say(line) {
  console.error(`engine: ${line}`);
}

function shellQuoted(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function tellHost(host) {
  console.log(flags.has("--env") ? `export DOCKER_HOST=${shellQuoted(host)}` : `DOCKER_HOST=${host}`);
}

function tellUnavailable(reason) {
  console.error(`engine: SKIPPED: ${reason}`);
  if (flags.has("--env")) console.log(`export GASTOWN_NO_DOCKER=${shellQuoted(reason)}`);
  else process.exitCode = 3;
}

const commands = {
  async start() {
    const running = await engineHost();
    tellHost(running ?? (await startEngine({ install: flags.has("--install"), say })));
  },
  async status() {
    const running = await engineHost();
    if (running === null) throw new EngineUnavailable("no Docker engine answers");
    tellHost(running);
  },
  stop: () => stopEngine({ say }),
};

const wrong = [...rest, ...[...flags].filter((flag) => !known.has(flag))];
if (flags.has("--help")) console.log(help);
else if (!(command in commands) || wrong.length > 0) {
  console.error(`engine: unknown: ${[command, ...wrong].join(" ")}\n\n${help}`);
  process.exitCode = 2;
} else {
  try {
    await commands[command]();
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) throw error;
    tellUnavailable(error.message);
  }
}
