/** A file that breaks one rule of the house, and what the tool that guards the rule says of it. */
export interface Violation {
  rule: string;
  file: string;
  source: string;
  says: string;
}

const domain = "services/town/src/domain/planted";
const long = (lines: number) => Array.from({ length: lines }, (_, i) => `  total += ${i};`).join("\n");

/** Caught by oxlint. */
export const lintViolations: Violation[] = [
  {
    rule: "a service imports a service",
    file: "services/town/src/planted/service.ts",
    source: `export { start } from "@gastown/scm";`,
    says: "Services talk over subjects",
  },
  {
    rule: "a library imports a service",
    file: "libs/db/src/planted/service.ts",
    source: `export { start } from "@gastown/town";`,
    says: "Services talk over subjects",
  },
  {
    rule: "NATS outside libs/bus",
    file: "services/town/src/handlers/planted-nats.ts",
    source: `export { connect } from "@nats-io/transport-node";`,
    says: "Only libs/bus speaks NATS",
  },
  {
    rule: "SQL outside store/",
    file: "services/town/src/handlers/planted-sql.ts",
    source: `export { sql } from "@gastown/db/drizzle";`,
    says: "Only libs/db and store/ speak SQL",
  },
  {
    rule: "drizzle by its slow way",
    file: "services/town/src/store/planted-drizzle.ts",
    source: `export { sql } from "drizzle-orm";`,
    says: "Drizzle comes from @gastown/db/drizzle",
  },
  {
    rule: "a forge outside forges/",
    file: "services/scm/src/handlers/planted-forge.ts",
    source: `export { graphql } from "@octokit/graphql";`,
    says: "Only services/scm/src/forges",
  },
  {
    rule: "Docker outside runtime/",
    file: "services/dispatcher/src/handlers/planted-docker.ts",
    source: `export { Docker } from "dockerode";`,
    says: "Only services/dispatcher/src/runtime",
  },
  {
    rule: "OpenTelemetry outside libs/telemetry",
    file: "libs/bus/src/planted-otel.ts",
    source: `export { trace } from "@opentelemetry/api";`,
    says: "Only libs/telemetry",
  },
  {
    rule: "test code in a product",
    file: "services/town/src/planted/testkit.ts",
    source: `export { eventually } from "@gastown/testkit";`,
    says: "libs/testkit is for tests",
  },
  {
    rule: "contracts import more than zod",
    file: "libs/contracts/src/planted.ts",
    source: `export { readFileSync } from "node:fs";`,
    says: "libs/contracts imports zod and nothing else",
  },
  {
    rule: "domain imports a built-in",
    file: `${domain}-builtin.ts`,
    source: `export { randomUUID } from "node:crypto";`,
    says: "no third-party or built-in imports",
  },
  {
    rule: "domain imports a third party",
    file: `${domain}-third.ts`,
    source: `export { z } from "zod";`,
    says: "no third-party or built-in imports",
  },
  {
    rule: "domain imports a library of ours",
    file: `${domain}-lib.ts`,
    source: `export { createLogger } from "@gastown/telemetry";`,
    says: "domain/ may import @gastown/contracts only",
  },
  {
    rule: "domain imports an outer folder",
    file: `${domain}-jump.ts`,
    source: `export * from "../store/planted-store.ts";`,
    says: "domain/ never imports an outer folder",
  },
  {
    rule: "domain reads the clock",
    file: `${domain}-clock.ts`,
    source: `export const now = () => Date.now();`,
    says: "Unexpected use of 'Date'",
  },
  {
    rule: "domain is random",
    file: `${domain}-random.ts`,
    source: `export const roll = () => Math.random();`,
    says: "Decisions are deterministic",
  },
  {
    rule: "domain waits",
    file: `${domain}-async.ts`,
    source: `export async function later() {\n  await Promise.resolve();\n}`,
    says: "no-async-await",
  },
  {
    rule: "the environment outside config",
    file: "services/town/src/planted/env.ts",
    source: `export const home = process.env["HOME"];`,
    says: "process.env",
  },
  {
    rule: "console in a service",
    file: "services/town/src/planted/console.ts",
    source: `export const shout = () => console.log("x");`,
    says: "no-console",
  },
  {
    rule: "any",
    file: "services/town/src/planted/any.ts",
    source: `export const loose = (value: any) => value as string;`,
    says: "no-explicit-any",
  },
  {
    rule: "a non-null assertion",
    file: "services/town/src/planted/bang.ts",
    source: `export const first = (list: string[]) => list[0]!;`,
    says: "no-non-null-assertion",
  },
  {
    rule: "a floating promise",
    file: "services/town/src/planted/floating.ts",
    source: `export function go() {\n  Promise.resolve(1);\n}`,
    says: "no-floating-promises",
  },
  {
    rule: "a switch that forgets a case",
    file: "services/town/src/planted/switch.ts",
    source: `export function name(kind: "a" | "b") {\n  switch (kind) {\n    case "a":\n      return 1;\n  }\n  return 0;\n}`,
    says: "switch-exhaustiveness-check",
  },
  {
    rule: "a default export",
    file: "services/town/src/planted/default.ts",
    source: `export default 1;`,
    says: "no-default-export",
  },
  {
    rule: "an import cycle",
    file: "services/town/src/planted/cycle-a.ts",
    source: `export * from "./cycle-b.ts";\nexport const a = 1;`,
    says: "no-cycle",
  },
  {
    rule: "a file of more than 250 lines",
    file: "services/town/src/planted/long-file.ts",
    source: `export let total = 0;\n${long(251)}`,
    says: "max-lines",
  },
  {
    rule: "a function of more than 60 lines",
    file: "services/town/src/planted/long-function.ts",
    source: `export function long() {\n  let total = 0;\n${long(61)}\n  return total;\n}`,
    says: "max-lines-per-function",
  },
  {
    rule: "more than three parameters",
    file: "services/town/src/planted/params.ts",
    source: `export const four = (a: number, b: number, c: number, d: number) => a + b + c + d;`,
    says: "max-params",
  },
];

/** Files the planted ones refer to. */
export const companions: Record<string, string> = {
  "services/town/src/planted/cycle-b.ts": `export * from "./cycle-a.ts";\nexport const b = 1;\n`,
  "services/town/src/store/planted-store.ts": `export const stored = 1;\n`,
};
