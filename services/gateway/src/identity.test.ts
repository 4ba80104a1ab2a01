import { expect, test } from "vitest";
import { refusalOf, type Identity, type Need, type Scope } from "./identity.ts";

const identity = (scope: Scope, town: string | null = null): Identity => ({ id: "i", name: "n", scope, town });

test.each<[string, [Identity, Need], RegExp]>([
  ["write includes read", [identity("write"), { scope: "read", town: "t1" }], /^allowed$/],
  ["admin includes write", [identity("admin"), { scope: "write" }], /^allowed$/],
  ["read does not include write", [identity("read"), { scope: "write" }], /needs scope write/],
  ["a town's token may in its town", [identity("admin", "t1"), { scope: "admin", town: "t1" }], /^allowed$/],
  ["a town's token may not elsewhere", [identity("admin", "t1"), { scope: "read", town: "t2" }], /town t1 only/],
  [
    "a town's token has no say in the installation",
    [identity("admin", "t1"), { scope: "read", installation: true }],
    /whole installation/,
  ],
  ["a route without a town is open to it", [identity("read", "t1"), { scope: "read" }], /^allowed$/],
])("%s", (_, [who, need], said) => {
  expect(refusalOf(who, need) ?? "allowed").toMatch(said);
});
