import type { Schema } from "@gastown/client";
import { expect, test } from "vitest";
import { ensuredText, mayorModelText, mayorText } from "./mayor-text.ts";

type Model = Schema<"Agent">["model"];
const at = "2026-11-23T10:11:12.000Z";
const mayor: Schema<"Mayor"> = {
  agent: {
    agent: "hq-1",
    name: "Mayor",
    identity: "mayor",
    role: "mayor",
    rig: null,
    status: "waiting",
    hook: null,
    generation: 3,
    aliveAt: at,
    activeAt: at,
    statusMessage: null,
    stalledAt: null,
    model: { wished: "big", inEffect: "big", failure: null },
    createdAt: at,
  },
  status: "active",
  lastActivityAt: at,
  pending: 1,
  unreadMail: 0,
  session: { generation: 3, alive: true, session: true, busy: false, container: "lab-2" },
};

test("a mayor's text says its session, its model, and what is still to be told", () => {
  expect(mayorText(mayor)).toBe(
    [
      "mayor     Mayor (hq-1)",
      "status    active",
      "session   start 3 in lab-2, between two turns",
      "model     big in effect",
      "pending   1 message to be told, 0 unread mail",
      `active    ${at}`,
    ].join("\n"),
  );
});

test("a start that waits says for what", () => {
  const waits = "waits for one of 6 places in the container, since 10:11:12";
  expect(mayorText({ ...mayor, status: "starting" }, waits)).toContain(`status    starting: ${waits}\n`);
});

test.each<[string, Schema<"Mayor">["session"], string]>([
  ["nobody answers", null, "nothing is known of one"],
  ["it is over", { generation: 3, alive: false, session: false, busy: false, container: "lab-2" }, "start 3 has ended"],
  [
    "it has no container yet",
    { generation: 3, alive: true, session: false, busy: false, container: null },
    "start 3 waits for a container, its agent server is not up",
  ],
  [
    "its server was torn down",
    { generation: 3, alive: true, session: false, busy: false, container: "lab-2" },
    "start 3 in lab-2, its agent server is not up",
  ],
  ["it is in a turn", { generation: 3, alive: true, session: true, busy: true, container: "lab-2" }, "in a turn"],
])("session: %s", (_, session, says) => {
  expect(mayorText({ ...mayor, session })).toContain(says);
});

test.each<[string, Model, string]>([
  ["before its first start", null, "not known before its first start"],
  ["just wished", { wished: "big", inEffect: "small", failure: null }, "small in effect, big wished"],
  [
    "refused",
    { wished: "big", inEffect: "small", failure: "no such\nmodel" },
    "small in effect, NOT big: no such model",
  ],
  ["the installation's", { wished: null, inEffect: "scripted", failure: null }, "scripted in effect"],
  [
    "started with the installation's",
    { wished: null, inEffect: null, failure: null },
    "the installation's wished, nothing told yet",
  ],
])("model: %s", (_, model, says) => {
  expect(mayorModelText({ ...mayor, agent: { ...mayor.agent, model } })).toBe(says);
});

test("a mayor that rests has no model in effect", () => {
  expect(mayorModelText({ ...mayor, status: "idle" })).toBe("big when it last ran");
});

test("each decision is told with what it means, and none as well", () => {
  const decisions = ["sdk_dead_redispatch", "fresh_dispatch"] as const;
  expect(ensuredText({ decisions: [...decisions], mayor })).toMatch(
    /^decided {3}sdk_dead_redispatch: its process lives, .*\ndecided {3}fresh_dispatch: .*\nmayor/,
  );
  expect(ensuredText({ decisions: [], mayor })).toMatch(/^decided {3}nothing/);
});
