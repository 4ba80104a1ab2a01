import { createBead, envelope as envelopeSchema, InvalidMessageError, listTowns, noTown } from "@gastown/contracts";
import { describe, expect, test } from "vitest";
import { newEnvelope } from "./new-envelope.ts";

const input = { town: "t1", data: { rig: "web", title: "Fix it" }, actor: "user:anna", source: "/gateway" };

const makeWrong = (): unknown => newEnvelope(createBead, { ...input, data: { ...input.data, labels: ["ok", " "] } });

describe("newEnvelope", () => {
  test("is a CloudEvents envelope with the data's defaults filled in", () => {
    const made = newEnvelope(createBead, {
      ...input,
      subject: "bead/gt-1",
      causationId: "c0",
      time: "2026-11-22T14:00:00Z",
    });
    expect(envelopeSchema.parse(made)).toEqual(made);
    expect(made).toEqual({
      specversion: "1.0",
      id: expect.stringMatching(/^[0-9A-Z]{26}$/) as string,
      type: "town.bead.create",
      source: "/gateway",
      subject: "bead/gt-1",
      time: "2026-11-22T14:00:00.000Z",
      datacontenttype: "application/json",
      dataschema: "command:town:bead.create:1",
      townid: "t1",
      actor: "user:anna",
      correlationid: made.id,
      causationid: "c0",
      data: { rig: "web", title: "Fix it", body: "", priority: "medium", labels: [], dependsOn: [], held: false },
    });
  });

  test("keeps the id, correlation and trace it is given", () => {
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const made = newEnvelope(createBead, { ...input, id: "retry-7", correlationId: "story", traceparent });
    expect(made).toMatchObject({ id: "retry-7", correlationid: "story", traceparent });
  });

  test("what belongs to the installation has no town", () => {
    expect(newEnvelope(listTowns, { ...input, town: noTown, data: {} }).townid).toBe("_");
  });

  test("a wrong field is named", () => {
    expect(makeWrong).toThrow(InvalidMessageError);
    expect(makeWrong).toThrow("data.labels.1: must be 1-64");
  });
});
