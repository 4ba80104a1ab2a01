import { expect, test } from "vitest";
import { buildEnvelope, envelope, InvalidMessageError, newId, slingBead, townCreated } from "./index.ts";

const draft = { town: "t1", actor: "user:anna", source: "/gateway" };

test("an envelope is what the schema of envelopes demands, with ids filled in", () => {
  const made = buildEnvelope(slingBead, { ...draft, data: { bead: "gt-1" }, subject: "bead/gt-1" });
  expect(envelope.parse(made)).toEqual(made);
  expect(made).toMatchObject({ type: "town.bead.sling", dataschema: "command:town:bead.sling:1", townid: "t1" });
  expect(made.correlationid).toBe(made.id);
});

test("data that do not fit are refused with the field named", () => {
  expect(() => buildEnvelope(slingBead, { ...draft, data: { bead: "no bead" } })).toThrow(InvalidMessageError);
  expect(() => buildEnvelope(slingBead, { ...draft, data: { bead: "no bead" } })).toThrow(/bead/);
});

test("a message that is too large is refused", () => {
  expect(() => buildEnvelope(townCreated, { ...draft, data: { name: "x".repeat(300_000) } })).toThrow(/more than/);
});

test("ids have 26 characters, differ, and sort by time", () => {
  const ids = [1, 1_000, 1_800_000_000_000, 1_800_000_000_001].map((time) => newId(time));
  expect(ids).toEqual(ids.toSorted());
  expect(new Set(Array.from({ length: 1_000 }, () => newId(1))).size).toBe(1_000);
  expect(newId()).toMatch(/^[0-9A-Z]{26}$/);
});
