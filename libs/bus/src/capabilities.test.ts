import { describe, expect, test } from "vitest";
import { capabilitiesOf, isAtLeast, missingCapabilities } from "./capabilities.ts";

describe("capabilities follow from the server's version", () => {
  test.each([
    ["2.9.10", []],
    ["2.10.0", ["syncInterval", "subjectTransform", "filterSubjects"]],
    ["2.10.3", ["syncInterval", "subjectTransform", "filterSubjects"]],
    ["2.10.4", ["syncInterval", "subjectTransform", "filterSubjects", "termReason"]],
    ["2.11.0-RC.2", ["syncInterval", "subjectTransform", "filterSubjects", "termReason", "consumerPause"]],
    ["v2.15.1", ["syncInterval", "subjectTransform", "filterSubjects", "termReason", "consumerPause", "consumerReset"]],
    ["3.0.0", ["syncInterval", "subjectTransform", "filterSubjects", "termReason", "consumerPause", "consumerReset"]],
  ])("%s", (version, expected) => {
    const has = Object.entries(capabilitiesOf(version)).filter(([, yes]) => yes);
    expect(has.map(([name]) => name)).toEqual(expected);
  });

  test("what is not a version is refused", () => expect(() => capabilitiesOf("latest")).toThrow('"latest" is not'));

  test.each([
    ["2.9.10", "2.9.9", true],
    ["2.9.10", "2.9.10", true],
    ["2.9.10", "2.10.0", false],
    ["2.10.0", "2.9.99", true],
    ["3.0.0", "2.99.99", true],
    ["1.99.0", "2.0.0", false],
  ])("%s is at least %s: %s", (version, than, expected) => expect(isAtLeast(version, than)).toBe(expected));
});

describe("what a person is told about a server", () => {
  test("an old one: each capability it lacks, what follows, and to keep it on loopback", () => {
    const told = missingCapabilities("2.9.10");
    expect(told).toHaveLength(7);
    expect(told).toContainEqual(expect.stringMatching(/^syncInterval \(from 2\.10\.0\): .*power cut/));
    expect(told.at(-1)).toMatch(/security fixes .* loopback only/);
  });

  test.each([
    ["2.15.1", true],
    ["2.14.3", true],
    ["2.14.2", false],
    ["2.12.8", true],
    ["2.12.7", false],
    ["2.11.17", true],
    ["2.11.16", false],
    ["2.10.29", false],
  ])("%s has the security fixes: %s", (version, fixed) => {
    expect(missingCapabilities(version).some((line) => line.startsWith("security fixes"))).toBe(!fixed);
  });

  test("nothing about a current one", () => expect(missingCapabilities("2.15.1")).toEqual([]));
});
