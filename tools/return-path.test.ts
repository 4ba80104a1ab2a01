import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";

async function run(...given: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const program = path.join(import.meta.dirname, "return-path.ts");
  const { promise, resolve } = Promise.withResolvers<{ code: unknown; stdout: string; stderr: string }>();
  execFile(process.execPath, [program, ...given], (error, stdout, stderr) =>
    resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
  );
  return promise;
}

async function casesFile(text: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "return-path-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = path.join(folder, "cases.json");
  await writeFile(file, text);
  return file;
}

test("counts what is judged as the cases say, names what is not, and tells it by its exit code", async () => {
  const right = [
    { input: "/onboarding?step=repo", ok: true, why: "plain" },
    { input: "//evil.com", ok: false },
    { input: 7, ok: false, why: "R1" },
  ];
  const good = await run("--cases", await casesFile(JSON.stringify(right)));
  expect(good).toEqual({ code: 0, stdout: "3 right, 0 wrong\n", stderr: "" });
  const wrong = [...right, { input: "/\\evil.com", ok: true, why: "a wrong case" }];
  const bad = await run("--cases", await casesFile(JSON.stringify(wrong)));
  expect(bad.code).toBe(1);
  expect(bad.stdout).toContain(String.raw`"/\\evil.com" is refused by R2`);
  expect(bad.stdout).toMatch(/\n3 right, 1 wrong\n$/);
});

test("says how it is used, and what it cannot read", async () => {
  expect(await run("--help")).toMatchObject({ code: 0, stdout: expect.stringContaining("--cases FILE") as string });
  expect(await run()).toMatchObject({ code: 2, stderr: expect.stringContaining("--cases FILE is needed") as string });
  expect(await run("--cases", await casesFile("{"))).toMatchObject({ code: 2 });
  expect(await run("--cases", await casesFile('[{"input":"x"}]'))).toMatchObject({ code: 2 });
});
