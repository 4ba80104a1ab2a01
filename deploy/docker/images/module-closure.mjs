// The modules a workspace needs when it runs, read from package-lock.json.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Folders in node_modules that the workspaces need at run time, development left out, links to workspaces included:
 * `{ path, version, link }`, sorted by path. Optional ones are left out when they are not installed.
 */
export function moduleClosure(root, workspaces) {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const found = new Map();
  const visit = (from, entry) => {
    const optionalPeers = entry.peerDependenciesMeta ?? {};
    const peers = Object.keys(entry.peerDependencies ?? {}).filter((name) => !optionalPeers[name]?.optional);
    for (const name of [...Object.keys(entry.dependencies ?? {}), ...peers]) add(from, name, true);
    for (const name of Object.keys(entry.optionalDependencies ?? {})) add(from, name, false);
  };
  const add = (from, name, needed) => {
    const path = resolve(packages, from, name);
    if (path === null || !existsSync(join(root, path))) {
      if (needed) throw new Error(`${name}, which ${from} needs, is not installed: npm ci`);
      return;
    }
    if (found.has(path)) return;
    const { version, link = false, resolved } = packages[path];
    found.set(path, { path, version: version ?? "", link });
    const target = link ? resolved : path;
    visit(target, packages[target]);
  };
  for (const workspace of workspaces) visit(workspace, packages[workspace]);
  return [...found.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Where a package finds another one: in its own node_modules, else in those of the folders above. */
function resolve(packages, from, name) {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = folder === "." || folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (path in packages) return path;
    if (folder === "." || folder === "") return null;
  }
}

/** All files of the modules, without modules inside them, for tar's list. */
export function moduleFiles(root, modules) {
  const files = [];
  const walk = (path) => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
      if (entry.name === "node_modules") continue;
      const inner = `${path}/${entry.name}`;
      if (entry.isDirectory()) walk(inner);
      else files.push(inner);
    }
  };
  for (const { path, link } of modules) {
    if (link || !statSync(join(root, path)).isDirectory()) files.push(path);
    else walk(path);
  }
  return files;
}
