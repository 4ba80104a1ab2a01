import { defineConfig } from "vitest/config";

const ignored = ["**/node_modules/**", "**/.gastown/**"];

export default defineConfig({
  test: {
    // The tests wait for servers and processes more than they compute: with one worker a core two cores would be idle often, and
    // each worker more loads everything once more (five take a minute and a half longer than four). Long ones begin first: vitest
    // takes projects by name (e2e, histories, int, unit), and in each the larger files first.
    maxWorkers: 4,
    projects: [
      {
        test: {
          name: "unit",
          // Property tests take seconds on a busy machine; a test that never ends still ends the run.
          testTimeout: 60_000,
          include: ["{libs,services,deploy,tools}/**/*.test.ts", "tests/{architecture,chaos}/**/*.test.ts"],
          exclude: ["**/*.{int,long}.test.ts", ...ignored],
          // Nothing in them outlives a test, so that they need no process of their own each.
          pool: "threads",
          isolate: false,
        },
      },
      {
        test: {
          // Random histories of a town: one core for half a minute, so not last.
          name: "histories",
          include: ["tests/simulation/**/*.test.ts"],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "int",
          globalSetup: ["libs/testkit/src/global-servers.ts"],
          include: ["{libs,services,deploy,tests}/**/*.int.test.ts"],
          exclude: ignored,
          // A worker loads our modules once and not for each of its files, which is a tenth of all that a run computes. So a file
          // leaves nothing behind: servers, timers and tracing end with it, shared modules end theirs by `atEndOfFile`.
          isolate: false,
          setupFiles: ["libs/testkit/src/end-of-file.ts"],
          // Twice what `eventually` and its users wait for at most, so that it is they who say what did not come.
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "e2e",
          globalSetup: ["libs/testkit/src/global-servers.ts"],
          include: ["tests/e2e/*.test.ts"],
          exclude: ["**/*.int.test.ts", "tests/e2e/convoy.test.ts", "tests/e2e/demo-docker.test.ts", ...ignored],
          testTimeout: 480_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "town",
          globalSetup: ["libs/testkit/src/global-servers.ts"],
          include: [
            "tests/e2e/rules/*.test.ts",
            "tests/e2e/{convoy,demo-docker}.test.ts",
            "services/**/*.long.test.ts",
          ],
          exclude: ignored,
          testTimeout: 600_000,
          hookTimeout: 120_000,
          // Long runs of the whole product, by `npm run test:town`; not part of `npm test`. Alone, one file after the other: they
          // measure it, too.
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
