import { messageId } from "@gastown/contracts";
import { expect, test } from "vitest";
import { commandIdOf, fingerprintOf } from "./command-id.ts";

const input = { key: "k", token: "t", route: "POST /v1/towns", step: "" };

test("the same key, token, route and step is the same command, and a legal id", () => {
  const id = commandIdOf(input);
  expect(commandIdOf({ ...input })).toBe(id);
  expect(messageId.parse(id)).toBe(id);
  for (const other of [{ key: "K" }, { token: "u" }, { route: "POST /v1/x" }, { step: "sling" }])
    expect(commandIdOf({ ...input, ...other })).not.toBe(id);
  expect(commandIdOf({ ...input, key: "kt", token: "" })).not.toBe(commandIdOf({ ...input, key: "k", token: "t" }));
});

test("a fingerprint does not see the order of fields, but everything else", () => {
  expect(fingerprintOf("/a", { x: 1, y: { b: [1, 2], a: null } })).toBe(
    fingerprintOf("/a", { y: { a: null, b: [1, 2] }, x: 1 }),
  );
  expect(fingerprintOf("/a", { x: [1, 2] })).not.toBe(fingerprintOf("/a", { x: [2, 1] }));
  expect(fingerprintOf("/a", {})).not.toBe(fingerprintOf("/b", {}));
});
