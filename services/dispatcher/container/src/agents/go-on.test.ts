import { expect, test } from "vitest";
import type { AgentServer, AgentSession } from "../runtime/agent-runtime.ts";
import { testRun } from "../test/agent-run.ts";
import { mayorJob } from "@gastown/testkit/mayor-job";
import { silentLogger as logger } from "../test/silent-logger.ts";
import { endRun } from "./agent-run.ts";
import type { ModelTold } from "./change-model.ts";
import { goesBack, goOn, trialOf } from "./go-on.ts";
import type { Turn } from "./turn.ts";
import type { Watch } from "./watch.ts";

const never = new Promise<string>(() => undefined);
const refusal: Turn = { is: "failed", message: "no such model", providerStatus: 404 };

/** A mayor that was given m2 in the place of m1, and was said something since. */
function setUp({ again = true, tried = true }: { again?: boolean; tried?: boolean } = {}) {
  const log: string[] = [];
  const told: ModelTold[] = [];
  const note = (text: string): Promise<void> => Promise.resolve(void log.push(text));
  const session = (name: string): AgentSession => {
    const server: AgentServer = {
      version: "1",
      exited: never,
      open: () => Promise.reject(new Error("not asked for here")),
      stop: () => note(`${name} stops`),
    };
    return {
      id: "ses_1",
      resumed: true,
      server,
      prompt: (text) => note(`${name} hears ${text}`),
      ...(again && { again: () => note(`${name} is asked again`) }),
      cancel: () => Promise.resolve(),
      setModel: () => Promise.resolve(),
      model: () => Promise.resolve("m1"),
      status: () => Promise.reject(new Error("not asked for here")),
      unblock: () => Promise.resolve(),
      async *events() {},
    };
  };
  const run = testRun(mayorJob("gt-1", ""));
  const old = session("old");
  const watch: Watch = {
    run,
    session: old,
    limits: {
      startMs: 1,
      gitMs: 1,
      deafMs: 1,
      lookMs: 1,
      stallMs: 1,
      turnMs: 1,
      modelRetries: 1,
      reminders: 1,
      afterDoneMs: 1,
    },
    launcher: {
      specOf: () => {
        throw new Error("not asked for here");
      },
      prepare: () => Promise.resolve(),
      start: () => Promise.reject(new Error("not asked for here")),
    },
    output: { add: () => undefined, status: () => undefined, flush: () => undefined },
    beat: () => Promise.resolve(),
    tellModel: (_, one) => void told.push(one),
    keep: () => undefined,
    stored: () => Promise.resolve(),
    logger,
    following: { closing: new AbortController(), done: Promise.resolve() },
    changer: {
      isChanging: () => false,
      putBack: (_, model) => void log.push(`put back ${model}`),
      takeOutcome: () => null,
      end: () => Promise.resolve(null),
    },
    trial: { wished: "m2", before: "m1", tried },
    refused: null,
    wake: () => undefined,
    watched: { promptedAt: 0, activeAt: 0, reminders: 0, doneAt: null },
    prompted: true,
    said: "Hello?",
    promptBefore: "p1",
    unconfirmed: null,
    kept: null,
    exited: null,
    offline: false,
    asked: false,
  };
  const back = { wished: "m1", before: "m2", model: "m1", failure: null, session: session("new") };
  const failed = { wished: "m1", before: "m2", model: "m2", failure: "no room", session: old };
  return { watch, log, told, back, failed };
}
const refused = "its provider refuses it (HTTP 404): no such model";

test("who was refused a model has the old one back, is asked again there, and it is told as a failure", async () => {
  const { watch, log, told, back } = setUp();
  expect(goesBack(watch, refusal)).toBe(true);
  await goOn(watch, back);
  expect(log).toEqual(["put back m1", "old stops", "new is asked again"]);
  expect(told).toEqual([{ wished: "m2", before: "m1", model: "m1", failure: refused }]);
  expect(watch).toMatchObject({ trial: null, refused: null, prompted: true, promptBefore: null });
  expect(goesBack(watch, refusal)).toBe(false);
});

test("a program that cannot ask again is told again what was said", async () => {
  const { watch, log, back } = setUp({ again: false });
  goesBack(watch, refusal);
  await goOn(watch, back);
  expect(log.at(-1)).toBe("new hears Hello?");
});

test("what cannot be put back is told with both reasons, and the next word to the agent tries it again", async () => {
  const { watch, log, told, failed } = setUp();
  goesBack(watch, refusal);
  await goOn(watch, failed);
  expect(log).toEqual(["put back m1"]);
  expect(told).toEqual([
    { wished: "m2", before: "m1", model: "m2", failure: `${refused}; and m1 could not be put back: no room` },
  ]);
  expect(watch.trial).toEqual({ wished: "m2", before: "m1", tried: false });
});

test("who is told to end meanwhile is asked nothing", async () => {
  const { watch, log, told, back } = setUp();
  goesBack(watch, refusal);
  endRun(watch.run, { reason: "stopped", cause: "stopped" });
  await goOn(watch, back);
  expect(log).toEqual(["put back m1", "old stops"]);
  expect(told).toMatchObject([{ failure: refused }]);
});

test.each<[string, Turn, { tried: boolean }, boolean]>([
  ["a turn that is over: the trial is over, too", { is: "over" }, { tried: true }, false],
  ["a failure of another kind: the model is on trial still", { is: "failed", message: "503" }, { tried: true }, true],
  ["a failure from before: nothing was said on this model", refusal, { tried: false }, true],
])("nothing is put back for %s", (_, turn, given, onTrial) => {
  const { watch, log } = setUp(given);
  expect(goesBack(watch, turn)).toBe(false);
  expect(watch.trial !== null).toBe(onTrial);
  expect(log).toEqual([]);
});

test("a model that was changed is on trial, and its session rests until something is said", async () => {
  const { watch, told, back } = setUp();
  await goOn(watch, { ...back, wished: "m3", before: "m2", model: "m3" });
  expect(told).toEqual([{ wished: "m3", before: "m2", model: "m3", failure: null }]);
  expect(watch).toMatchObject({ trial: { wished: "m3", before: "m2", tried: false }, prompted: false });
});

test("a session that was opened with another model than it had is on trial from the start", () => {
  const { watch } = setUp();
  expect(trialOf(watch.session, "m2")).toBeNull();
  expect(trialOf({ ...watch.session, had: "m1" }, "m2")).toEqual({ wished: "m2", before: "m1", tried: false });
});
