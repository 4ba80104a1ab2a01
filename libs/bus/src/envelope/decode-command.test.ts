import { createBead, linkInstallation, noTown } from "@gastown/contracts";
import { describe, expect, test } from "vitest";
import { decodeCommand } from "./decode-command.ts";
import { newEnvelope } from "./new-envelope.ts";

const made = newEnvelope(createBead, {
  town: "t1",
  data: { rig: "web", title: "x" },
  actor: "user:anna",
  source: "/test",
});
const subject = "cmd.town.t1.bead.create.22";
const decode = (body: object | string | Uint8Array, at = subject) => {
  if (body instanceof Uint8Array) return decodeCommand("town", at, body);
  return decodeCommand("town", at, new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body)));
};

describe("a command is read from its subject and its body", () => {
  test("with the data's defaults, and with fields we do not know", () => {
    const { held: _, ...data } = made.data;
    const decoded = decode({ ...made, data, extension: "kept" });
    expect(decoded).toMatchObject({
      kind: "command",
      descriptor: createBead,
      envelope: { ...made, extension: "kept" },
    });
  });

  test.each([
    ["not JSON", "{", "not JSON"],
    ["nothing", "", "not JSON"],
    ["not UTF-8", Uint8Array.of(0x22, 0xff, 0x22), "not JSON"],
    ["not an envelope", {}, "specversion"],
    ["no id", { ...made, id: "" }, "id: must be 1-64"],
    ["another town", { ...made, townid: "t2" }, 'the subject says town "t1", the envelope "t2"'],
    ["another type", { ...made, type: "town.bead.close" }, 'the subject says "town.bead.create"'],
  ])("%s is undecodable", (_, body, message) => {
    const decoded = decode(body);
    expect(decoded.kind).toBe("undecodable");
    expect(decoded).toMatchObject({ message: expect.stringContaining(message) as string });
  });

  test.each([
    ["of another owner", "cmd.scm.t1.bead.create.2"],
    ["of no town", "cmd.town.T_1.bead.create.2"],
    ["of no command", "evt.t1.bead.created"],
  ])("a subject %s is undecodable", (_, at) => expect(decode({ ...made, townid: "T_1" }, at).kind).toBe("undecodable"));

  test("for all towns is one only when it is meant for them", () => {
    const link = newEnvelope(linkInstallation, {
      town: noTown,
      data: { installation: "7", proof: "p".repeat(20), user: "u" },
      actor: "user:anna",
      source: "/test",
    });
    const at = "cmd.scm._.installation.link.1";
    const body = new TextEncoder().encode(JSON.stringify(link));
    expect(decodeCommand("scm", at, body)).toMatchObject({ kind: "command", envelope: { townid: noTown } });
    expect(decode({ ...made, townid: noTown }, "cmd.town._.bead.create.22")).toMatchObject({
      kind: "undecodable",
      message: '"town.bead.create" is for one town',
    });
  });

  test("a type we do not know can be told to its sender", () => {
    const decoded = decode({ ...made, type: "town.bead.paint" }, "cmd.town.t1.bead.paint.22");
    expect(decoded).toMatchObject({
      kind: "unknown",
      message: 'there is no command "town.bead.paint"',
      envelope: { id: made.id },
    });
  });

  test("so can a version we do not know", () => {
    expect(decode({ ...made, dataschema: "command:town:bead.create:2" })).toMatchObject({ kind: "unknown" });
  });

  test("data that breaks its contract names the field", () => {
    expect(decode({ ...made, data: { rig: "web", title: "" } })).toMatchObject({
      kind: "invalid",
      message: "data.title: must not be empty",
    });
  });
});
