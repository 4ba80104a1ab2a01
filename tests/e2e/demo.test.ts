import { execFileSync } from "node:child_process";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { eventually, startOtlpReceiver } from "@gastown/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { pathOf, traceOf } from "./bead-trace.ts";
import { endsWith, makeStateFolder, processesOf, serverFile, startGastown } from "./gastown-process.ts";

let state: Awaited<ReturnType<typeof makeStateFolder>>;
beforeEach(async () => {
  state = await makeStateFolder();
});
afterEach(() => state.remove());

function mergeCommits(folder: string): string[] {
  const log = execFileSync("git", ["log", "--merges", "--format=%s", "main"], {
    cwd: join(folder, "forge/demo/sample.git"),
    encoding: "utf8",
  });
  return log.split("\n").filter(Boolean);
}

test("the demo merges two beads, the second after the first, and a later start goes on with the same state", async () => {
  const collector = await startOtlpReceiver();
  const demo = startGastown(["demo", "--exit", "--state", state.path], { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  await endsWith(0, demo);
  await collector.close();
  const output = demo.output();
  expect(output).toContain("NO LANGUAGE MODEL IS USED");
  expect(output.match(/MERGED into main/g)).toHaveLength(2);
  expect(output).toMatch(/created[^]*MERGED[^]*unblocked[^]*assigned to[^]*MERGED/);
  expect(mergeCommits(state.path)).toHaveLength(2);
  expect(await processesOf(state.path)).toEqual([]);
  // One trace of the first bead, from the request to the merge, parents right.
  const trace = traceOf(collector.spans(), "POST /v1/towns/{town}/beads");
  expect(pathOf(trace, "process cmd.town.{town}.bead.create")).toEqual([
    "POST /v1/towns/{town}/beads",
    "send cmd.town.{town}.bead.create",
    "process cmd.town.{town}.bead.create",
  ]);
  expect(pathOf(trace, "agent.start")).toEqual([
    "POST /v1/towns/{town}/beads",
    "send cmd.town.{town}.bead.create",
    "process cmd.town.{town}.bead.create",
    "reconcile dispatch",
    "create cmd.dispatcher.{town}.agent.start",
    "dispatch agent",
    "send container.{town}.start",
    "process container.{town}.start",
    "agent.start",
  ]);
  expect(pathOf(trace, "merge").slice(0, 5)).toEqual([
    "POST /v1/towns/{town}/beads",
    "send cmd.town.{town}.bead.create",
    "process cmd.town.{town}.bead.create",
    "reconcile merge-when-ready",
    "create cmd.scm.{town}.pr.merge",
  ]);
  const before = await serverFile(state.path);
  expect((await stat(join(state.path, "server.json"))).mode & 0o777).toBe(0o600);

  const again = startGastown(["up", "--state", state.path]);
  await eventually(() => expect(again.output()).toContain("Ctrl-C stops the town"), { timeoutMs: 120_000 });
  const now = await serverFile(state.path);
  expect(now).toMatchObject({ url: before.url, token: before.token, town: "demo" });
  expect(again.output()).not.toContain("making the database");
  expect(again.output()).toContain("AGENTS CANNOT WORK YET");
  const read = async <Item>(path: string): Promise<Item[]> => {
    const headers = { authorization: `Bearer ${now.token}` };
    const answer = await fetch(`${now.url}${path}`, { headers, signal: AbortSignal.timeout(10_000) });
    return ((await answer.json()) as { data: { items: Item[] } }).data.items;
  };
  const statuses = async () =>
    (await read<{ status: string }>("/v1/towns/demo/beads?type=issue")).map(({ status }) => status);
  expect(await statuses()).toEqual(["closed", "closed"]);

  const second = startGastown(["up", "--state", state.path]);
  await endsWith(1, second);
  expect(second.output()).toContain(`pid ${now.pid}`);

  again.child.kill("SIGINT");
  await endsWith(0, again);
  expect(await processesOf(state.path)).toEqual([]);

  const third = startGastown(["demo", "--exit", "--state", state.path]);
  await endsWith(0, third);
  expect(third.output()).toContain("worked on before");
  expect(mergeCommits(state.path)).toHaveLength(2);
});
