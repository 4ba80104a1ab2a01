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
  expect(() => buildEnvelope(slingBead, { ...draft, data: { bead: "no bead" } })).toThrow("data.bead: must look like");
  const good = { ...draft, data: { bead: "gt-1" } };
  expect(() => buildEnvelope(slingBead, { ...good, town: "a.b" })).toThrow("town: ");
  expect(() => buildEnvelope(slingBead, { ...good, actor: "anna" })).toThrow("envelope.actor: must be user:");
});

test("a message that is too large is refused", () => {
  expect(() => buildEnvelope(townCreated, { ...draft, data: { name: "x".repeat(300_000) } })).toThrow(/more than/);
});

test("ids have 26 characters, differ, and sort in the order they were made", () => {
  const ids = [
    ...Array.from({ length: 1_000 }, () => newId()),
    ...[1, 2, 2].map((ms) => newId(Date.now() + 60_000 * ms)),
  ];
  expect(ids).toEqual(ids.toSorted());
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
});
