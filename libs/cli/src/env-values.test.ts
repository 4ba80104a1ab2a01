import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { envOf, parseEnvFile } from "./env-values.ts";

test("a file's lines: comments, quotes and `export` are known", () => {
  const text = [
    "# secrets",
    "",
    "A=1",
    "export B = two words ",
    'C="x\\n\\"y\\""',
    "D='$HOME #no'",
    "E=",
    "F=a=b\r",
  ].join("\n");
  expect(parseEnvFile("s.env", text)).toEqual({
    A: "1",
    B: "two words",
    C: 'x\n"y"',
    D: "$HOME #no",
    E: "",
    F: "a=b",
  });
});

test("a line that is none is named by its number, and not repeated", () => {
  expect(() => parseEnvFile("s.env", "A=1\nsk-secret")).toThrow("s.env, line 2 does not look like NAME=value.");
  expect(() => parseEnvFile("s.env", "A=1\nsk-secret")).not.toThrow("sk-secret");
});

test("flags go before the file, removals before both; nothing named is no change", async () => {
  const envFile = join(mkdtempSync(join(tmpdir(), "gastown-env-")), "s.env");
  writeFileSync(envFile, "A=1\nB=2\nC=3\n");
  expect(await envOf({ envFile, env: { B: "22" }, unsetEnv: ["C", "D"] })).toEqual({
    A: "1",
    B: "22",
    C: null,
    D: null,
  });
  expect(await envOf({})).toBeUndefined();
  await expect(envOf({ envFile: `${envFile}.none` })).rejects.toThrow("cannot be read: ENOENT");
});
