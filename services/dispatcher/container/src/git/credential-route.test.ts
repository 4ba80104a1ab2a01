import { expect, test } from "vitest";
import { isForRepository } from "./credential-route.ts";

const url = "http://127.0.0.1:4000/alpha/app.git";
const asked = { protocol: "http", host: "127.0.0.1:4000", path: "alpha/app.git" };

test.each([
  ["the rig's own repository", asked, true],
  ["its host, by a git that tells no path", { protocol: "http", host: "127.0.0.1:4000" }, true],
  ["another repository", { ...asked, path: "alpha/other.git" }, false],
  ["a longer path", { ...asked, path: "alpha/app.git/../other.git" }, false],
  ["another port", { ...asked, host: "127.0.0.1:4001" }, false],
  ["a host that only begins alike", { ...asked, host: "127.0.0.1:4000.example.org" }, false],
  ["another protocol", { ...asked, protocol: "https" }, false],
])("a credential for %s", (_what, question, given) => {
  expect(isForRepository(question, url)).toBe(given);
});

test("a URL that is none is nobody's repository", () => {
  expect(isForRepository(asked, "/srv/app.git")).toBe(false);
});
