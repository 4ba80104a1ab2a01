import * as fc from "fast-check";
import { expect, test } from "vitest";
import { subjectMatches } from "./subject-matches.ts";

test.each([
  ["evt.>", "evt.t1.bead.created", true],
  ["evt.t1.>", "evt.t1.bead.created", true],
  ["evt.t1.>", "evt.t2.bead.created", false],
  ["evt.t1.>", "evt.t1", false],
  ["evt.*.bead.*", "evt.t1.bead.created", true],
  ["evt.*.bead.*", "evt.t1.bead", false],
  ["evt.*.bead", "evt.t1.bead.created", false],
  ["evt.t1.bead.created", "evt.t1.bead.created", true],
])("%s stands for %s: %s", (pattern, subject, expected) => expect(subjectMatches(pattern, subject)).toBe(expected));

test("a subject is matched by itself, with any token starred, and by its beginning", () => {
  const token = fc.stringMatching(/^[a-z0-9-]{1,5}$/);
  fc.assert(
    fc.property(fc.array(token, { minLength: 2, maxLength: 6 }), fc.nat(), (tokens, n) => {
      const at = n % tokens.length;
      const subject = tokens.join(".");
      expect(subjectMatches(subject, subject)).toBe(true);
      expect(subjectMatches(tokens.map((t, i) => (i === at ? "*" : t)).join("."), subject)).toBe(true);
      expect(subjectMatches([...tokens.slice(0, at), ">"].join("."), subject)).toBe(true);
      expect(subjectMatches(`${subject}.>`, subject)).toBe(false);
    }),
  );
});
