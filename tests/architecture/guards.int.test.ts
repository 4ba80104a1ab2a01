import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { companions, lintViolations } from "./violations.ts";

const root = path.resolve(import.meta.dirname, "../..");
const run = promisify(execFile);
let tree = "";

/** Runs a tool in the planted tree; what it prints and whether it was content. */
async function tool(name: string, ...args: string[]): Promise<{ ok: boolean; output: string }> {
  const binary = path.join(root, "node_modules/.bin", name);
  const env = { ...process.env, FORCE_COLOR: "0", NO_COLOR: "1", TURBO_TELEMETRY_DISABLED: "1" };
  try {
    const { stdout, stderr } = await run(binary, args, { cwd: tree, env, maxBuffer: 64 * 1024 * 1024 });
    return { ok: true, output: stdout + stderr };
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    return { ok: false, output: stdout + stderr };
  }
}

async function plant(file: string, source: string): Promise<void> {
  await mkdir(path.dirname(path.join(tree, file)), { recursive: true });
  await writeFile(path.join(tree, file), `${source}\n`);
}

// A copy of the tracked tree with the violations planted in it: the guards read paths, so they must stand where they would.
beforeAll(async () => {
  tree = await mkdtemp(path.join(tmpdir(), "gastown-guards-"));
  const { stdout } = await run("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root });
  for (const file of stdout.split("\0").filter((name) => name !== "" && !name.startsWith("docs/"))) {
    await cp(path.join(root, file), path.join(tree, file), { recursive: true }).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== "ENOENT") throw error; // deleted in the working tree
      },
    );
  }
  await symlink(path.join(root, "node_modules"), path.join(tree, "node_modules"));
  await run("git", ["init", "-q"], { cwd: tree });
}, 60_000);
afterAll(() => rm(tree, { recursive: true, force: true }));

describe("oxlint", () => {
  const findings = new Map<string, string>();

  beforeAll(async () => {
    for (const [file, source] of Object.entries(companions)) await plant(file, source);
    for (const { file, source } of lintViolations) await plant(file, source);
    const { output } = await tool("oxlint", "--format=json", ...lintViolations.map(({ file }) => file));
    const { diagnostics } = JSON.parse(output) as {
      diagnostics: { filename: string; message: string; code?: string; help?: string }[];
    };
    for (const { filename, message, code, help } of diagnostics) {
      findings.set(filename, `${findings.get(filename) ?? ""}${code ?? ""} ${message} ${help ?? ""}\n`);
    }
  }, 240_000);

  test.each(lintViolations)("catches: $rule", ({ file, says }) => {
    expect(findings.get(file) ?? "nothing was found").toContain(says);
  });
});

test("tsc catches a wrong type and syntax that cannot be erased", async () => {
  const planted = "services/town/src/planted/types.ts";
  await plant(planted, `export const wrong: number = "text";\nexport enum Kind {\n  A,\n}`);
  // That it looks at such a file, and what it says of it, asked apart: the whole tree takes many times as long.
  expect((await tool("tsc", "--listFilesOnly")).output).toContain(planted);
  await plant("tsconfig.planted.json", JSON.stringify({ extends: "./tsconfig.json", include: [planted] }));
  const { ok, output } = await tool("tsc", "--project", "tsconfig.planted.json");
  expect(ok).toBe(false);
  expect(output).toContain("planted/types.ts(1,14): error TS2322");
  expect(output).toContain("planted/types.ts(2,13): error TS1294");
}, 240_000);

test("oxfmt catches a file that is not formatted", async () => {
  await plant("libs/bus/src/planted-format.ts", "export const   x=1");
  const { ok, output } = await tool("oxfmt", "--check", "libs/bus/src/planted-format.ts");
  expect(ok).toBe(false);
  expect(output).toContain("planted-format.ts");
});

test("knip catches a file, an export and a dependency that nothing uses", async () => {
  await plant("services/town/src/planted/unused.ts", "export const unused = 1;");
  const manifest = path.join(tree, "libs/bus/package.json");
  const bus = JSON.parse(await readFile(manifest, "utf8")) as { dependencies: Record<string, string> };
  await writeFile(manifest, JSON.stringify({ ...bus, dependencies: { ...bus.dependencies, zod: "4.6.7" } }));
  await writeFile(
    path.join(tree, "libs/telemetry/src/trace.ts"),
    `${await readFile(path.join(root, "libs/telemetry/src/trace.ts"), "utf8")}\nexport const unusedExport = 1;\n`,
  );
  const { ok, output } = await tool("knip");
  expect(ok).toBe(false);
  expect(output).toContain("services/town/src/planted/unused.ts");
  expect(output).toContain("unusedExport");
  expect(output).toMatch(/zod\s+libs\/bus\/package\.json/);
}, 60_000);

test("turbo boundaries catches a service that declares and imports a service", async () => {
  const manifest = path.join(tree, "services/town/package.json");
  const town = JSON.parse(await readFile(path.join(root, "services/town/package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  await writeFile(manifest, JSON.stringify({ ...town, dependencies: { ...town.dependencies, "@gastown/scm": "*" } }));
  const { ok, output } = await tool("turbo", "boundaries");
  expect(ok).toBe(false);
  expect(output).toContain("@gastown/scm");
}, 60_000);
