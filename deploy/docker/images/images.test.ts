import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hashInputs, listFiles } from "./hash-inputs.mjs";
import { moduleClosure, moduleFiles } from "./module-closure.mjs";

let root: string;
const lock = {
  packages: {
    "services/a": {
      dependencies: { "@own/lib": "*", one: "1" },
      optionalDependencies: { gone: "1" },
      devDependencies: { dev: "1" },
    },
    "libs/lib": { dependencies: { two: "1" } },
    "node_modules/@own/lib": { link: true, resolved: "libs/lib" },
    "node_modules/one": {
      version: "1.0.0",
      dependencies: { two: "2" },
      peerDependencies: { peer: "1", maybe: "1" },
      peerDependenciesMeta: { maybe: { optional: true } },
    },
    "node_modules/one/node_modules/two": { version: "2.0.0" },
    "node_modules/two": { version: "1.0.0" },
    "node_modules/peer": { version: "3.0.0" },
    "node_modules/maybe": { version: "4.0.0" },
    "node_modules/dev": { version: "5.0.0" },
    "node_modules/gone": { version: "6.0.0", optional: true },
  },
};

async function put(file: string, text: string): Promise<void> {
  await mkdir(join(root, dirname(file)), { recursive: true });
  await writeFile(join(root, file), text);
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "gastown-images-"));
  await put("package-lock.json", JSON.stringify(lock));
  await put("libs/lib/index.ts", "lib");
  await put("libs/lib/index.test.ts", "its test");
  await put("libs/lib/node_modules/x/index.js", "not ours");
  await mkdir(join(root, "node_modules/@own"), { recursive: true });
  await symlink("../../libs/lib", join(root, "node_modules/@own/lib"));
  for (const name of ["one", "one/node_modules/two", "two", "peer", "maybe", "dev"]) {
    await put(`node_modules/${name}/index.js`, name);
  }
});
afterAll(() => rm(root, { recursive: true }));

test("modules are what is needed at run time, the version each one finds, and nothing for development", () => {
  expect(moduleClosure(root, ["services/a"])).toEqual([
    { path: "node_modules/@own/lib", version: "", link: true },
    { path: "node_modules/one", version: "1.0.0", link: false },
    { path: "node_modules/one/node_modules/two", version: "2.0.0", link: false },
    { path: "node_modules/peer", version: "3.0.0", link: false },
    { path: "node_modules/two", version: "1.0.0", link: false },
  ]);
});

test("a module that is needed and not installed is named", async () => {
  await rm(join(root, "node_modules/peer"), { recursive: true });
  expect(() => moduleClosure(root, ["services/a"])).toThrow(
    "peer, which node_modules/one needs, is not installed: npm ci",
  );
  await put("node_modules/peer/index.js", "peer");
});

test("the files of modules are each listed once, links as links", () => {
  expect(moduleFiles(root, moduleClosure(root, ["services/a"]))).toEqual([
    "node_modules/@own/lib",
    "node_modules/one/index.js",
    "node_modules/one/node_modules/two/index.js",
    "node_modules/peer/index.js",
    "node_modules/two/index.js",
  ]);
});

test("an image's hash changes with its files and its texts, and not with tests and modules", async () => {
  const hash = (texts: string[] = []) => hashInputs({ root, files: listFiles(root, ["libs"]), texts });
  expect(listFiles(root, ["libs"])).toEqual(["libs/lib/index.ts"]);
  const before = hash();
  expect(before).toMatch(/^[0-9a-f]{12}$/);
  await put("libs/lib/other.test.ts", "x");
  expect(hash()).toBe(before);
  expect(hash(["x"])).not.toBe(before);
  await put("libs/lib/index.ts", "changed");
  expect(hash()).not.toBe(before);
});
