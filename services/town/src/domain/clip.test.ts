import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesInJson, clip } from "./clip.ts";

function holds(text: string, max: number): boolean {
  const cut = clip(text, max);
  const exact = new TextEncoder().encode(JSON.stringify(text)).length - 2;
  const kept = new TextEncoder().encode(JSON.stringify(cut)).length - 2;
  return kept <= max && bytesInJson(text) >= exact && (cut === text || bytesInJson(text) > max);
}

describe("clip", () => {
  it("never takes more than it may in JSON, and cuts nothing that fits", () => {
    const texts = fc.string({
      unit: fc.constantFrom("a", '"', "\\", "\n", "\u0001", "é", "€", "🚂", "\ud800"),
      maxLength: 300,
    });
    expect(fc.check(fc.property(texts, fc.integer({ min: 200, max: 500 }), holds), { numRuns: 200 }).failed).toBe(
      false,
    );
  });

  it("says that it cut", () => {
    expect(clip("é".repeat(200), 400)).toBe("é".repeat(200));
    expect(clip("\ud800".repeat(100), 300)).toContain("cut");
  });
});
