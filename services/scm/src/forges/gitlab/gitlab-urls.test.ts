import { expect, test } from "vitest";
import { gitlabUrls, readProjectUrl } from "./gitlab-urls.ts";

const site = "https://gitlab.example";
const repo = { town: "home", rig: "app", remote: "acme/tools/app" };

test.each([
  ["https://gitlab.example/acme/app", site, "acme/app"],
  ["https://gitlab.example/acme/app.git", site, "acme/app"],
  ["https://gitlab.example/acme/tools/app/", site, "acme/tools/app"],
  ["https://example.org/gitlab/acme/app", "https://example.org/gitlab", "acme/app"],
])("%s is a project", (source, at, path) => {
  expect(readProjectUrl(source, at)).toBe(path);
});

test.each([
  "acme/app",
  "/srv/app",
  "git@gitlab.example:acme/app.git",
  "http://gitlab.example/acme/app",
  "https://gitlab.example.org/acme/app",
  "https://gitlab.example/app",
  "https://gitlab.example/acme/app?x=1",
  "https://gitlab.example/acme/app#x",
  "https://gitlab.example/acme/a b",
  "https://gitlab.example/acme/../../app%2f",
  "https://gitlab.example/acme/-/app",
])("%s is none of ours", (source) => {
  expect(() => readProjectUrl(source, site)).toThrow(/Add the rig again with a source like/);
});

test("a password is refused, and not told", () => {
  expect(() => readProjectUrl("https://ann:hunter2@gitlab.example/acme/app", site)).toThrow(/user name or password/);
  expect(() => readProjectUrl("https://ann:hunter2@gitlab.example/acme/app", site)).not.toThrow(/hunter2/);
});

test("addresses of a project and of its merge requests", () => {
  const urls = gitlabUrls(site);
  expect(urls.cloneUrl(repo)).toBe("https://gitlab.example/acme/tools/app.git");
  expect(urls.pullUrl({ ...repo, number: 5 })).toBe("https://gitlab.example/acme/tools/app/-/merge_requests/5");
  expect(() => urls.cloneUrl({ ...repo, remote: null })).toThrow(/not registered/);
});

test.each([
  ["https://gitlab.example/acme/tools/app/-/merge_requests/5", 5],
  ["https://gitlab.example/Acme/Tools/App/-/merge_requests/5/diffs", 5],
  ["https://gitlab.example/acme/tools/app/merge_requests/5", 5],
  ["https://gitlab.example/acme/tools/app/-/merge_requests/0", null],
  ["https://gitlab.example/acme/tools/app/-/issues/5", null],
  ["https://gitlab.example/acme/app/-/merge_requests/5", null],
  ["https://gitlab.com/acme/tools/app/-/merge_requests/5", null],
  ["5", null],
])("%s shows number %s", (url, number) => {
  expect(gitlabUrls(site).numberOf(url, repo)).toBe(number);
});
