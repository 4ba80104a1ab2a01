// The base of all local images: Debian packages and Node, without a registry.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hashInputs } from "./hash-inputs.mjs";
import { pipeline } from "./docker-command.mjs";

const suite = "bookworm";
/** What the agents' image asks for, and busybox for nats.Dockerfile. Debian's mirror decides the versions. */
const packages = ["ca-certificates", "git", "procps", "ripgrep", "curl", "busybox"];
const left = ["/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*", "/usr/share/info/*"];
const user =
  "echo 'agent:x:1000:1000::/home/agent:/bin/bash' >>\"$1/etc/passwd\" && echo 'agent:x:1000:' >>\"$1/etc/group\"";
const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The recipe of the base image. */
export function baseRecipe({ root, docker, install, say }) {
  const node = join(root, "node_modules/node/bin/node");
  if (!existsSync(node)) throw new Error("the npm package node is not installed: npm ci");
  const { version } = JSON.parse(readFileSync(join(root, "node_modules/node/package.json"), "utf8"));
  const texts = [suite, ...packages, ...left, user, path, version];
  return {
    repository: "gastown-base",
    hash: hashInputs({ root, files: [], texts }),
    make: (tag) => {
      requireMmdebstrap(install, say);
      const make = [
        "mmdebstrap",
        "--variant=minbase",
        `--include=${packages.join(",")}`,
        '--aptopt=APT::Install-Recommends "false"',
        "--dpkgopt=force-unsafe-io", // nothing is lost by a crash: it would be made again
        ...left.map((pattern) => `--dpkgopt=path-exclude=${pattern}`),
        `--customize-hook=install -D -m 0755 '${node}' "$1/usr/local/bin/node"`,
        `--customize-hook=${user}`,
        suite,
        "-",
        mirror(),
      ];
      return pipeline(make, ["docker", "import", "--change", `ENV PATH=${path}`, "-", tag], docker.env);
    },
  };
}

function hasMmdebstrap() {
  return spawnSync("sh", ["-c", "command -v mmdebstrap"]).status === 0;
}

function requireMmdebstrap(install, say) {
  if (hasMmdebstrap()) return;
  if (process.getuid() !== 0) throw new Error("mmdebstrap is not installed, and making the base image needs root");
  if (!install) throw new Error("mmdebstrap is not installed: apt-get install mmdebstrap, or --install");
  say("apt-get install mmdebstrap ...");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const args = ["-qq", "install", "-y", "--no-install-recommends", "mmdebstrap"];
  const { stderr } = spawnSync("apt-get", args, { env, encoding: "utf8" });
  if (!hasMmdebstrap()) throw new Error(`mmdebstrap could not be installed: ${stderr.trim().split("\n").at(-1)}`);
}

/** The Debian mirror this machine uses itself. */
function mirror() {
  if (process.env.DEBIAN_MIRROR) return process.env.DEBIAN_MIRROR;
  const folder = "/etc/apt/sources.list.d";
  const files = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  for (const file of [...files, "/etc/apt/sources.list"]) {
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    const [, url] = /^(?:URIs:|deb(?:\s+\[[^\]]*\])?)\s+(https?:\/\/\S+\/debian\/?)(?:\s|$)/m.exec(text) ?? [];
    if (url !== undefined) return url;
  }
  return "http://deb.debian.org/debian";
}
