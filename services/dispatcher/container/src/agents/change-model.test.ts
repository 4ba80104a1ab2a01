import { expect, test } from "vitest";
import type { AgentServer, AgentSession, AgentSpec } from "../runtime/agent-runtime.ts";
import { testRun } from "../test/agent-run.ts";
import { mayorJob } from "@gastown/testkit/mayor-job";
import { silentLogger as logger } from "../test/silent-logger.ts";
import { changeModel } from "./change-model.ts";
import type { ServerLauncher } from "./server-launcher.ts";

interface Given {
  /** Why no server with the new model comes up. */
  noStart?: string;
  /** The new server does not know the session. */
  lost?: boolean;
  /** What the new server says its model is, whatever it was told. */
  says?: string | null;
  /** The old server answers nothing. */
  deaf?: boolean;
}

/** Two servers with one session between them, as the real ones have it in their database. */
function setUp({ noStart, lost = false, says, deaf = false }: Given) {
  const log: string[] = [];
  const shared = { model: "m1" };
  const server = (name: string, model: string): AgentServer => {
    const self: AgentServer = {
      version: "1",
      exited: new Promise(() => undefined),
      open: ({ resume }) => {
        shared.model = model;
        return Promise.resolve(session(name, self, lost ? "ses_2" : String(resume)));
      },
      stop: () => Promise.resolve(void log.push(`${name} stops`)),
    };
    return self;
  };
  const session = (name: string, of: AgentServer, id: string): AgentSession => ({
    id,
    resumed: id === "ses_1",
    server: of,
    prompt: (text) => Promise.resolve(void log.push(`${name} hears ${text.slice(0, 24)}`)),
    cancel: () => Promise.resolve(),
    setModel: (model) => Promise.resolve(void log.push(`${name} is given ${(shared.model = model)}`)),
    model: () => {
      if (deaf && name === "old") return Promise.reject(new Error("no answer"));
      return Promise.resolve(name === "new" && says !== undefined ? says : shared.model);
    },
    status: () => Promise.reject(new Error("not asked for here")),
    unblock: () => Promise.resolve(),
    async *events() {},
  });
  const launcher: ServerLauncher = {
    specOf: (_, model) => ({ model: { name: model } }) as AgentSpec,
    prepare: () => Promise.resolve(),
    start: ({ model }) => {
      log.push(`starts with ${model.name}`);
      return noStart === undefined ? Promise.resolve(server("new", model.name)) : Promise.reject(new Error(noStart));
    },
  };
  const run = { ...testRun(mayorJob("gt-1", "")), model: "m1", models: new Set(["m1"]) };
  const old = session("old", server("old", "m1"), "ses_1");
  const { signal } = run.stop;
  const change = (wished: string) => changeModel(run, old, { wished, launcher, logger, signal });
  return { run, old, log, change };
}

test("the session goes on in the new server, and nothing is said", async () => {
  const { run, change, log } = setUp({});
  const outcome = await change("m2");
  expect(outcome).toMatchObject({ before: "m1", model: "m2", failure: null, session: { id: "ses_1", resumed: true } });
  expect(log).toEqual(["starts with m2"]);
  expect([run.model, ...run.models]).toEqual(["m2", "m2"]);
});

test("a session that was lost is begun as a start begins it", async () => {
  const { change, log } = setUp({ lost: true });
  expect(await change("m2")).toMatchObject({ model: "m2", failure: null, session: { id: "ses_2" } });
  expect(log).toEqual(["starts with m2", "new hears You are on duty as gt-1:"]);
});

test("the model that is there already needs no server", async () => {
  const { change, log, old } = setUp({});
  expect(await change("m1")).toEqual({ wished: "m1", before: "m1", model: "m1", failure: null, session: old });
  expect(log).toEqual([]);
});

test.each<[string, Given, { model: string | null; failure: RegExp; log: string[] }]>([
  ["the new server does not start", { noStart: "no room" }, { model: "m1", failure: /no room/, log: [] }],
  [
    "the new server has another model in effect: it is put back where both have it",
    { says: "m9" },
    { model: "m1", failure: /m9 in effect/, log: ["new stops", "old is given m1"] },
  ],
  [
    "the new server does not say its model",
    { says: null },
    { model: "m1", failure: /no model in effect/, log: ["new stops", "old is given m1"] },
  ],
  [
    "nobody can say what is in effect",
    { noStart: "no room", deaf: true },
    { model: null, failure: /no room/, log: [] },
  ],
])("the agent goes on with the old one when %s", async (_, given, { model, failure, log: then }) => {
  const { run, change, log, old } = setUp(given);
  const outcome = await change("m2");
  expect(outcome).toMatchObject({ wished: "m2", before: "m1", model, failure: expect.stringMatching(failure) });
  expect(outcome.session).toBe(old);
  expect(log).toEqual(["starts with m2", ...then]);
  expect([run.model, ...run.models]).toEqual(["m1", "m1"]);
});

test("who is told to end is not given another model", async () => {
  const { run, change, log, old } = setUp({});
  const changing = change("m2");
  run.stop.abort(new Error("stopped"));
  expect(await changing).toMatchObject({ model: "m1", failure: "stopped", session: old });
  expect(log.at(-2)).toBe("new stops");
});
