import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { catalog, findCommand, findEvent, findQuery } from "./catalog.ts";
import { schemaName } from "./message.ts";
import { deadLetterSubject, escapeToken, parseSubject, subjectOf, subjectTemplate, unescapeToken } from "./subjects.ts";

describe("subjects", () => {
  test.each(catalog.map((d) => [`${d.kind} ${d.type}`, d] as const))("%s: its subject is read back", (_, d) => {
    const { kind, owner, entity, verb } = d;
    const expected =
      kind === "event" ? { kind, town: "t-1", entity, verb } : { kind, owner, town: "t-1", entity, verb };
    expect(parseSubject(subjectOf(d, "t-1"))).toEqual(expected);
  });

  test("a stored command carries its shard", () => {
    expect(parseSubject("cmd.town.t1.bead.create.22")).toEqual({
      kind: "command",
      owner: "town",
      town: "t1",
      entity: "bead",
      verb: "create",
      shard: 22,
    });
  });

  test.each([
    "",
    "evt",
    "evt.t1.bead",
    "evt.t1.bead.created.x",
    "cmd.town.t1.bead",
    "cmd.town.t1.bead.create.x",
    "qry.town.t1.bead.get.1",
    "dlq.town.t1.x",
    "cmd..t1.bead.create",
  ])("%j is none of ours", (subject) => expect(parseSubject(subject)).toBeNull());

  test.each(["a.b", "*", ">", "a b", ""])("%j cannot become a token of a subject", (town) => {
    const [first] = catalog;
    expect(() => first && subjectOf(first, town)).toThrow("cannot be a subject token");
  });

  test("any text survives escaping, as one token", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const escaped = escapeToken(text);
        expect(escaped).toMatch(/^[A-Za-z0-9_=-]+$/);
        expect(unescapeToken(escaped)).toBe(text);
      }),
    );
  });

  test.each(["a.b", "=0", "=zz", "é"])("%j is refused as an escaped token", (token) => {
    expect(() => unescapeToken(token)).toThrow("is not an escaped token");
  });

  test("a dead letter's subject holds whatever the town token was", () => {
    expect(deadLetterSubject("town", "no such.town", "undecodable")).toBe("dlq.town.no=20such=2Etown.undecodable");
  });
});

describe("catalogue", () => {
  test("no two messages share a kind and type, or a subject", () => {
    expect(new Set(catalog.map(schemaName)).size).toBe(catalog.length);
    expect(new Set(catalog.map(subjectTemplate)).size).toBe(catalog.length);
  });

  test("messages are found by kind and type, unknown ones are not", () => {
    expect(findCommand("town.bead.create")?.verb).toBe("create");
    expect(findEvent("town.bead.created")?.verb).toBe("created");
    expect(findQuery("town.bead.get")?.verb).toBe("get");
    expect(findCommand("town.bead.created")).toBeUndefined();
  });
});
