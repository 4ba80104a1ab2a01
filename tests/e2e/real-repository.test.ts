import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answered, createClient, settled } from "@gastown/client";
import { eventually, type ScriptedModel, scriptText, startScriptedModel } from "@gastown/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  checkout,
  type GastownProcess,
  killHard,
  makeStateFolder,
  serverFile,
  startGastown,
} from "./gastown-process.ts";

let state: Awaited<ReturnType<typeof makeStateFolder>>;
let folder: string;
let model: ScriptedModel;
let gastown: GastownProcess;
beforeEach(async () => {
  state = await makeStateFolder();
  folder = await mkdtemp(join(tmpdir(), "gastown-repository-"));
  model = await startScriptedModel();
  const env = { GASTOWN_MODEL_URL: model.url, GASTOWN_MODEL: "scripted" };
  gastown = startGastown(["up", "--state", state.path], env);
});
afterEach(async () => {
  killHard(gastown.child.pid ?? 0);
  await state.remove();
  await model.close();
  await rm(folder, { recursive: true, force: true });
});

function git(cwd: string, ...args: string[]): string {
  const identity = ["-c", "user.name=Test", "-c", "user.email=test@localhost", "-c", "init.defaultBranch=main"];
  return execFileSync("git", [...identity, ...args], { cwd, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 }).trim();
}

/** This repository with a branch `main`; a shallow checkout, whose history cannot be cloned, gives its files only. */
function cloneCheckout(): string {
  const source = join(folder, "source");
  if (git(checkout, "rev-parse", "--is-shallow-repository") === "true") {
    git(folder, "init", "--quiet", source);
    execFileSync("bash", ["-c", `git -C "${checkout}" archive HEAD | tar -x -C "${source}"`]);
    git(source, "add", "--all");
    git(source, "commit", "--quiet", "--message=Everything");
  } else {
    git(folder, "clone", "--quiet", checkout, source);
    git(source, "checkout", "--quiet", "-B", "main");
  }
  return source;
}

test("a bead is merged into a real repository: this one", async () => {
  const line = "A line by an agent.";
  const source = cloneCheckout();
  const before = git(source, "rev-parse", "main");
  await eventually(() => expect(gastown.output()).toContain("Ctrl-C stops the town"), { timeoutMs: 120_000 });
  const { url, token, town } = await serverFile(state.path);
  const { http } = createClient({ url, token });
  const params = { path: { town } };
  const check = `test -f package.json && grep -q "${line}" README.md`;
  await settled(http.POST("/v1/towns/{town}/rigs", { params, body: { rig: "gastown", prefix: "gt", source, check } }));

  const steps = [
    {
      tool: "bash",
      args: {
        command: `printf '\\n%s\\n' '${line}' >> README.md && git add README.md && git commit -q -m 'README: a line by an agent'`,
        description: "Changes the README",
      },
    },
    { tool: "gt_done", args: { outcome: "completed", summary: "One line in the README." } },
    { text: "Done." },
  ];
  const body = { rig: "gastown", title: "Add a line to the README", body: `Add it.\n${scriptText(steps)}` };
  const { data: bead } = await settled(http.POST("/v1/towns/{town}/beads", { params, body }));
  const path = { town, bead: bead.bead };
  const read = () => answered(http.GET("/v1/towns/{town}/beads/{bead}", { params: { path } }));
  await eventually(async () => expect(["closed", "failed"]).toContain((await read()).data.status), {
    timeoutMs: 150_000,
  });
  if ((await read()).data.status === "failed") {
    const history = await answered(http.GET("/v1/towns/{town}/beads/{bead}/history", { params: { path } }));
    throw new Error(JSON.stringify(history.data.items, null, 2));
  }

  const { data: rig } = await answered(
    http.GET("/v1/towns/{town}/rigs/{rig}", { params: { path: { town, rig: "gastown" } } }),
  );
  git(folder, "clone", "--quiet", rig.cloneUrl ?? "", "result");
  const result = join(folder, "result");
  expect(await readFile(join(result, "README.md"), "utf8")).toContain(line);
  expect(git(result, "log", "--merges", "--format=%H", `${before}..main`).split("\n")).toHaveLength(1);
  expect(git(source, "rev-parse", "main")).toBe(before);
});
