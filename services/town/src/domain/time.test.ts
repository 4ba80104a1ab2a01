import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { epochMs, isoTime, waitText } from "./time.ts";

const range = { min: Date.parse("1970-01-01T00:00:00.000Z"), max: Date.parse("2199-12-31T23:59:59.999Z") };

describe("time", () => {
  it("agrees with the calendar of the platform, both ways", () => {
    fc.assert(
      fc.property(fc.integer(range), (ms) => {
        const iso = new Date(ms).toISOString();
        expect(epochMs(iso)).toBe(ms);
        expect(isoTime(ms)).toBe(iso);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["2024-02-29T12:00:00Z", "without a fraction"],
    ["2026-11-22T17:35:08.1Z", "with a short fraction"],
    ["2026-11-22T17:35:08.123456Z", "with microseconds, which are cut"],
  ])("reads %s (%s)", (iso) => {
    expect(epochMs(iso)).toBe(Date.parse(iso));
  });

  it("reads a time without seconds, which the contracts allow", () => {
    expect(epochMs("2026-11-22T17:35Z")).toBe(Date.parse("2026-11-22T17:35:00Z"));
  });

  it("does not guess at other texts", () => {
    expect(() => epochMs("yesterday")).toThrow("not an ISO 8601 time");
  });

  it.each([
    [0, "1 s"],
    [22_001, "23 s"],
    [119_000, "119 s"],
    [240_000, "4 min"],
    [3 * 3_600_000, "3 h"],
  ])("says %i ms as %s", (ms, text) => {
    expect(waitText(ms)).toBe(text);
  });
});
