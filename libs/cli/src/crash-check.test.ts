import type { Schema } from "@gastown/client";
import { expect, test } from "vitest";
import { crashCheck } from "./crash-check.ts";

const now = Date.parse("2026-11-23T12:00:00.000Z");

function event(seq: number, type: string, { hoursAgo, ...data }: { hoursAgo: number; error?: object | null }) {
  return {
    seq,
    event: {
      specversion: "1.0",
      id: String(seq),
      type,
      source: "/town",
      time: new Date(now - hoursAgo * 3_600_000).toISOString(),
      datacontenttype: "application/json",
      dataschema: "x",
      townid: "_",
      actor: "service:town",
      correlationid: "1",
      data: { service: "town", ...data },
    },
  } satisfies Schema<"LoggedEvent">;
}

test("crashes of the last day are counted, and the last one is told; starts and older ones are not", () => {
  const old = event(1, "installation.service.crashed", { hoursAgo: 25 });
  const started = event(4, "installation.service.started", { hoursAgo: 0 });
  expect(crashCheck([old, started], now)).toEqual({
    name: "crashes",
    ok: true,
    detail: "none of a service in the last 24 hours",
  });
  const killed = event(2, "installation.service.crashed", { hoursAgo: 3, error: null });
  const error = { name: "Error", message: "a fault", stack: "Error: a fault\n  at here" };
  const crashed = event(3, "installation.service.boot-failed", { hoursAgo: 2, error });
  expect(crashCheck([old, killed, crashed, started], now)).toMatchObject({
    ok: true,
    detail: expect.stringMatching(
      /^2 in .* service.boot-failed .*service=town error=Error: a fault {2}\(service:town\)$/,
    ),
  });
});
