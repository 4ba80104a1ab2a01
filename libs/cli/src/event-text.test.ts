import type { Schema } from "@gastown/client";
import { expect, test } from "vitest";
import { eventText, isProblem } from "./event-text.ts";

const event = (type: string, data: unknown): Schema<"Event"> => ({
  specversion: "1.0",
  id: "1",
  type,
  source: "/town",
  time: "2026-11-22T10:11:12.000Z",
  datacontenttype: "application/json",
  dataschema: "x",
  townid: "t",
  actor: "rule:dispatch",
  correlationid: "1",
  data,
});

test.each<[string, unknown, boolean]>([
  ["town.bead.created", { bead: "gt-1" }, false],
  ["installation.service.started", { service: "town" }, false],
  ["installation.service.crashed", { service: "town", error: null }, true],
  ["town.bead.status-changed", { to: "closed" }, false],
  ["town.bead.status-changed", { to: "failed" }, true],
  ["town.agent.status-changed", { to: "stalled" }, true],
  ["town.escalation.raised", {}, true],
  ["town.rework.requested", {}, true],
  ["town.escalation.re-raised", { severity: "high" }, true],
  ["town.escalation.acknowledged", {}, false],
  ["town.triage.requested", { type: "crash_loop" }, true],
  ["town.triage.resolved", { action: "RESTART" }, false],
  ["town.agent.stuck", { tier: "warn" }, true],
  ["town.convoy.failed", {}, true],
  ["town.convoy.landed", { partial: false }, false],
  ["town.convoy.progressed", { closed: 1, failed: 0 }, false],
  ["town.nudge.settled", { state: "delivered" }, false],
  ["town.nudge.settled", { state: "failed" }, true],
  ["town.molecule.advanced", { outcome: "done" }, false],
  ["town.molecule.advanced", { outcome: "failed" }, true],
  ["town.town.stopped", { by: "user:a" }, true],
  ["town.town.thawed", { by: "user:a" }, false],
  ["town.budget.exceeded", {}, true],
  ["dispatcher.agent.model_failed", { wished: "big", model: "small" }, true],
  ["dispatcher.agent.model_changed", { wished: "big", model: "big" }, false],
  ["dispatcher.agent.work_rescued", { branch: "gt/toast/gt-1", why: "moved_on" }, true],
  ["dispatcher.agent.work_rescued", { branch: "gt/toast/gt-1", why: "recovered" }, false],
  ["town.reconciler.breaker_opened", {}, true],
  ["town.reconciler.breaker_closed", {}, false],
  ["town.reconciler.invariant_violated", {}, true],
  ["town.pr.awaiting_approval_detected", {}, true],
  ["town.pr.awaiting_approval_resolved", { waitedMs: 1 }, false],
  ["scm.pr.merge-refused", {}, true],
  ["scm.pr.state-changed", { to: "checks_failing" }, true],
  ["scm.pr.state-changed", { to: "ready" }, false],
  ["scm.check.completed", { state: "timed_out" }, true],
  ["scm.check.completed", { state: "success" }, false],
  ["dispatcher.agent.exited", { state: "exited", reason: "done" }, false],
  ["dispatcher.agent.exited", { state: "exited", reason: "crashed" }, true],
  ["dispatcher.agent.exited", { state: "failed", reason: "no room" }, true],
  ["town.town.created", null, false],
])("%s %j is a problem: %s", (type, data, expected) => {
  expect(isProblem(event(type, data))).toBe(expected);
});

test("an event is one line with its plain values", () => {
  const text = eventText(
    42,
    event("town.bead.assigned", { bead: "gt-1", agent: "gt-2", view: { deep: 1 }, note: "two\nlines" }),
  );
  expect(text).toBe("    42  10:11:12  bead.assigned        bead=gt-1 agent=gt-2 note=two lines  (rule:dispatch)");
  const changed = event("town.convoy.changed", { convoy: "hq-1", added: ["gt-1", "gt-2"], removed: [], deep: [{}] });
  expect(eventText(7, changed)).toContain("convoy.changed       convoy=hq-1 added=gt-1,gt-2  (");
});
