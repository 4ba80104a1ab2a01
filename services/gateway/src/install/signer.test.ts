import { describe, expect, test } from "vitest";
import { createSigner, type SigningKey } from "./signer.ts";

const key = (id: string, byte: number): SigningKey => ({ id, secret: Buffer.alloc(32, byte) });
const [v1, v2] = [key("v1", 1), key("v2", 2)];
const signer = createSigner([v1], "test");
const signed = signer.sign({ n: 1, text: "ä" });
const [, body = "", mac = ""] = signed.split(".");

test("what was signed is opened, and is v1.payload.mac", () => {
  expect(signed).toMatch(/^v1\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}$/);
  expect(signer.open(signed)).toEqual({ n: 1, text: "ä" });
});

describe("keys are changed without losing who is on the way", () => {
  test.each([
    { keys: [v2, v1], opens: true, why: "the older one is still known" },
    { keys: [v2], opens: false, why: "the older one is not known any more" },
    { keys: [key("v1", 9)], opens: false, why: "another key has the name" },
  ])("$why", ({ keys, opens }) => {
    expect(createSigner(keys, "test").open(signed)).toEqual(opens ? { n: 1, text: "ä" } : null);
  });

  test("the first one signs", () => {
    expect(createSigner([v2, v1], "test").sign({})).toMatch(/^v2\./);
    expect(() => createSigner([], "test")).toThrow("no key");
  });
});

test("what is signed for one purpose is nothing for another", () => {
  expect(createSigner([v1], "session").open(signed)).toBeNull();
});

const otherBody = Buffer.from('{"n":2}').toString("base64url");
/** The last character of 43 holds two bits that no byte has. */
const respelled = mac.slice(0, -1) + String.fromCharCode((mac.codePointAt(42) ?? 0) + 1);

test.each([
  ["another payload", `v1.${otherBody}.${mac}`],
  ["another key's name", `v2.${body}.${mac}`],
  ["no key's name", `v9.${body}.${mac}`],
  ["a part is missing", `v1.${body}`],
  ["nothing", ""],
  ["a part is too many", `${signed}.x`],
  ["something after it", `${signed} `],
  ["another mac", `v1.${body}.${"A".repeat(43)}`],
  ["a mac that is too short", `v1.${body}.${mac.slice(1)}`],
  ["the same mac, spelled otherwise", `v1.${body}.${respelled}`],
  ["the key's name in capitals", signed.replace("v1", "V1")],
])("not opened: %s", (_, text) => {
  expect(signer.open(text)).toBeNull();
});
