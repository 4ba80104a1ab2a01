import { expect, test } from "vitest";
import { githubUrls } from "./github-urls.ts";

const urls = githubUrls("https://github.com");
const repo = { town: "home", rig: "app", remote: "acme/app" };

test("addresses", () => {
  expect(urls.cloneUrl(repo)).toBe("https://github.com/acme/app.git");
  expect(urls.agentUrl(repo)).toBe("https://github.com/acme/app.git");
  expect(urls.pullUrl({ ...repo, number: 7 })).toBe("https://github.com/acme/app/pull/7");
});

test("a repository that is not registered yet has none", () => {
  expect(() => urls.cloneUrl({ ...repo, remote: null })).toThrow("not registered yet");
});

test.each([
  ["https://github.com/acme/app/pull/7", 7],
  ["https://github.com/Acme/App/pull/7/files", 7],
  ["https://github.com/acme/app/pull/7#discussion_r1", 7],
  ["https://github.com/acme/app/pull/7/", 7],
  ["https://github.com/acme/other/pull/7", null],
  ["https://github.com/acme/app/issues/7", null],
  ["https://github.com/acme/app/pull/07", null],
  ["https://github.com/acme/app/pull/7/x", null],
  ["https://evil.example/acme/app/pull/7", null],
  ["acme/app#7", null],
])("%s is pull request %s", (url, number) => {
  expect(urls.numberOf(url, repo)).toBe(number);
});
