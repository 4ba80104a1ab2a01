import { expect, test } from "vitest";
import { basicPassword, readToken, signToken } from "./token.ts";

const claims = { town: "home", rig: "app", agent: "gt-1", write: true, registeredAt: 5, expiresAt: 2_000 };
const token = signToken(claims, "secret");

test("a token we signed is read back until it ends", () => {
  expect(readToken(token, "secret", 1_999)).toEqual(claims);
  expect(readToken(token, "secret", 2_000)).toBeNull();
});

test.each([
  ["another secret", token, "other"],
  [
    "other claims under the same signature",
    `gtr1.${Buffer.from(JSON.stringify({ ...claims, rig: "other" })).toString("base64url")}.${token.split(".")[2]}`,
    "secret",
  ],
  ["a cut signature", token.slice(0, -4), "secret"],
  ["no signature", token.split(".").slice(0, 2).join("."), "secret"],
  ["nothing", "", "secret"],
  ["another version", token.replace("gtr1", "gtr0"), "secret"],
  ["claims that are none", signToken({ ...claims, town: "../x" }, "secret"), "secret"],
])("%s is refused", (_name, given, secret) => {
  expect(readToken(given, secret, 0)).toBeNull();
});

const header = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;

test("the password of a basic header", () => {
  expect(basicPassword(header("gt-1:pass:word"))).toBe("pass:word");
  expect(basicPassword(header("nothing"))).toBeNull();
  expect(basicPassword("Bearer x")).toBeNull();
  expect(basicPassword(undefined)).toBeNull();
});
