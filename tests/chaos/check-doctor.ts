import { execFile } from "node:child_process";
import { join } from "node:path";
import { z } from "zod";
import { checkout, serverFile } from "../e2e/gastown-process.ts";

const program = join(checkout, "libs/cli/bin/gastown.mjs");
/** It starts each agent program for a look. */
const doctorMs = 240_000;

const answer = z.object({
  data: z.object({
    ok: z.boolean(),
    checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })),
  }),
});

/** What `gastown doctor --json` says. */
export type DoctorAnswer = z.infer<typeof answer>["data"];

/** Has the real command line look at the product of this state folder. Throws when it answers nothing that can be read. */
export async function askDoctor(state: string): Promise<DoctorAnswer> {
  const { url, token } = await serverFile(state);
  const { PATH } = process.env;
  const env = { PATH, GASTOWN_URL: url, GASTOWN_TOKEN: token };
  const said = await new Promise<string>((resolve) => {
    // Its exit code says no more than `ok` does.
    execFile(process.execPath, [program, "doctor", "--json"], { env, timeout: doctorMs }, (_error, out, err) =>
      resolve(out === "" ? err : out),
    );
  });
  try {
    return answer.parse(JSON.parse(said)).data;
  } catch (cause) {
    throw new Error(`gastown doctor said: ${said.slice(0, 2_000)}`, { cause });
  }
}

/** What has to be looked at, each by its own name, so that a doctor that looks at less does not count as one that finds nothing. */
const expected: readonly string[] = [
  "configuration",
  "gateway",
  "nats",
  "town",
  "dispatcher",
  "scm",
  "dispatcher's nats",
  "dispatcher's postgres",
  "runtime process",
  "agent program opencode",
  "model",
  "queue",
];
const orphan = /^orphan/;

/**
 * What the doctor finds wrong with a product that has done all its work, and where it and our own look at the processes (`own`) say
 * different things. The whole installation has to be well: what is not used (docker, programs that are not installed) is no fault. Pure.
 */
export function doctorProblems({ ok, checks }: DoctorAnswer, own: readonly string[]): string[] {
  const failed = checks.filter((check) => !check.ok);
  const missing = expected.filter((name) => !checks.some((check) => check.name === name));
  const looked = checks.filter(({ name }) => orphan.test(name));
  const finds = looked.some((check) => !check.ok);
  const said = looked.map(({ name, detail }) => `${name}: ${detail}`).join("; ");
  return [
    ...failed.map(({ name, detail }) => `gastown doctor: ${name}: ${detail}`),
    ...missing.map((name) => `gastown doctor did not look at ${name}`),
    ...(looked.length === 0 ? ["gastown doctor did not look for orphans"] : []),
    ...(ok === (failed.length === 0)
      ? []
      : [`gastown doctor says ok: ${ok} with ${failed.length} checks that are not`]),
    ...(finds === own.length > 0
      ? []
      : [`gastown doctor (${said}) and our own look (${own.join("; ") || "nothing"}) differ`]),
  ];
}
