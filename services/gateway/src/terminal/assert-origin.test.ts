import { expect, test } from "vitest";
import { assertOrigin } from "./assert-origin.ts";

const site = "https://town.example";
test.each([
  ["no browser", {}, undefined, true],
  ["our own page on this machine", { origin: "http://127.0.0.1:4080", host: "127.0.0.1:4080" }, undefined, true],
  ["another page of this machine", { origin: "http://127.0.0.1:3000", host: "127.0.0.1:4080" }, undefined, false],
  ["a page of elsewhere", { origin: "https://elsewhere.example", host: "127.0.0.1:4080" }, undefined, false],
  ["a name that points here", { origin: "http://evil.example:4080", host: "evil.example:4080" }, undefined, false],
  ["a page without a place", { origin: "null", host: "127.0.0.1:4080" }, undefined, false],
  ["our own page at the public address", { origin: site, host: "gateway:4080" }, site, true],
  ["a page beside the public address", { origin: `${site}.elsewhere.example`, host: "town.example" }, site, false],
])("%s", (_, headers, publicUrl, may) => {
  const refused = (): string => {
    try {
      assertOrigin({ headers }, publicUrl);
      return "";
    } catch (error) {
      return String(error);
    }
  };
  expect(refused()).toMatch(may ? /^$/ : /may not open terminals/);
});
