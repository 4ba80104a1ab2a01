import { expect, test } from "vitest";
import { testRun } from "../test/agent-run.ts";
import { polecatJob } from "../test/polecat-job.ts";
import { silentLogger as logger } from "../test/silent-logger.ts";
import type { TownLink } from "../town-link.ts";
import { createReporter } from "./reporter.ts";

/** The other end of the link: refuses so many messages first. */
function setUp({ refusals = 0 } = {}) {
  const told: string[] = [];
  let left = refusals;
  const take = (line: string): Promise<void> => {
    if (left-- > 0) return Promise.reject(new Error("the bus is away"));
    told.push(line);
    return Promise.resolve();
  };
  const town = {
    report: ({ state, reason }: { state: string; reason: string }) => take(`${state} ${reason}`.trim()),
    rescued: ({ pushedTo }: { pushedTo: string }) => take(`rescued ${pushedTo}`),
    heartbeat: (agents: { inputTokens: number }[]) => take(`used ${agents.map((one) => one.inputTokens).join(" ")}`),
  } as unknown as TownLink;
  return { told, reporter: createReporter({ town, logger, signal: new AbortController().signal }) };
}

test("the end of a start is told behind all that it used", async () => {
  const { told, reporter } = setUp();
  const run = testRun(polecatJob("gt-1", ""));
  reporter.report(run, "running", "");
  run.usage.inputTokens = 7;
  reporter.report(run, "exited", "done");
  await reporter.told();
  expect(told).toEqual(["running", "used 7", "exited done"]);
});

test("work that was rescued is told until the bus took it, before the end of the run that found it", async () => {
  const { told, reporter } = setUp({ refusals: 1 });
  const run = testRun(polecatJob("gt-1", ""));
  const place = { rig: "app", agent: "gt-2", bead: "gt-20", branch: "gt/nux/gt-20", pushedTo: "gt/rescue/nux/gt-20/0" };
  reporter.rescued(run, { ...place, head: "0".repeat(40), why: "moved_on" });
  reporter.report(run, "exited", "done");
  await reporter.told();
  expect(told).toEqual(["rescued gt/rescue/nux/gt-20/0", "used 0", "exited done"]);
});

test("also when the bus does not take it at once", async () => {
  const { told, reporter } = setUp({ refusals: 1 });
  reporter.report(testRun(polecatJob("gt-1", "")), "failed", "no clone");
  await reporter.told();
  expect(told).toEqual(["used 0", "failed no clone"]);
});
