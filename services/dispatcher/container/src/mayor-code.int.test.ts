import { readFileSync } from "node:fs";
import { join } from "node:path";
import { eventually, scriptText } from "@gastown/testkit";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { mayorJob } from "@gastown/testkit/mayor-job";
import { testRig } from "./test/rig-view.ts";
import { bash, longMs, startWorld, type World } from "./test/world.ts";

vi.setConfig({ testTimeout: 2 * longMs, hookTimeout: longMs });
const patiently = { timeoutMs: longMs };
let world: World;

beforeAll(async () => {
  world = await startWorld();
  world.rigs = () => [testRig("app", "main"), testRig("old", "trunk")];
});
afterAll(() => world.close());

const browse = (rig: string) => ({ tool: "gt_browse_rig", args: { rig } });

/** Somebody pushes another text of a.txt. */
function push(text: string): void {
  const work = (...args: string[]) => world.forge.git("app", "-C", "../app-work", ...args);
  work("-c", `alias.say=!echo '${text}' > a.txt`, "say");
  work("commit", "--quiet", "--all", "-m", `Say ${text}`);
  work("push", "--quiet", world.forge.folder("app"), "HEAD:main");
}

test("a mayor reads the rigs' code, as it was when it began and as it is now; what it does there goes nowhere", async () => {
  const town = await world.startContainer("alpha");
  await town.start(mayorJob("gt-1", scriptText([{ text: "I am ready." }])));
  await eventually(() => expect(town.reports("gt-1")).toEqual(["running: "]), patiently);
  const path = join(town.stateDir, "agents/gt-1/desk/rigs/app");

  /** All that the mayor was told once every step of its turn was answered: the model is asked once for each and once for the end. */
  const say = async (nudge: string, ...steps: Parameters<typeof scriptText>[0]) => {
    const message = scriptText([...steps, { text: `End of ${nudge}.` }]);
    await town.nudge("gt-1", nudge, { message, mode: "wait-idle" });
    // Requests of an earlier turn may still be on their way, so only those count that hold this message.
    const asked = () =>
      world.requestsOf("gt-1").flatMap(({ messages }) => {
        const told = messages.map(({ text }) => text).join("\n");
        return told.includes(`<message id="${nudge}">`) ? [told] : [];
      });
    await eventually(() => expect(asked().length).toBeGreaterThan(steps.length), patiently);
    return asked().at(-1);
  };
  // Before anybody asked for it.
  await eventually(() => expect(readFileSync(join(path, "a.txt"), "utf8")).toBe("one\n"), patiently);
  push("two");
  const second = world.forge.git("app", "rev-parse", "main");
  const change = bash(
    "cat rigs/app/a.txt; cd rigs/app && echo mine > a.txt && git add -A && git commit -qm Mine; git status -sb",
  );
  expect(await say("n-1", change)).toContain("one\n## HEAD (no branch)");
  const look = bash("cat rigs/app/a.txt; git -C rigs/app log --format=%s; git -C rigs/app push origin HEAD:main 2>&1");
  const told = await say("n-2", browse("app"), look, browse("old"), browse("web"), { tool: "gt_list_rigs", args: {} });
  expect(told).toContain(`${path} shows ${second}`);
  expect(told).toContain("two\nSay two\nFirst\n");
  expect(told).toContain("'origin' does not appear to be a git repository");
  expect(told).toContain("old cannot be fetched: The repository has no branch trunk.");
  expect(told).toContain("There is no rig web.");
  expect(told).toContain(`"head": "${second}"`);

  town.process.kill("SIGTERM");
  expect(await town.ended("gt-1")).toBe("exited: saved");
  expect(world.forge.git("app", "for-each-ref", "--format=%(refname) %(objectname)")).toBe(`refs/heads/main ${second}`);
});
