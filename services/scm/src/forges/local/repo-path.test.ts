import { expect, test } from "vitest";
import { parseGitRequest, repoFolder, type GitRequest } from "./repo-path.ts";

const repo = { town: "home", rig: "app" };

const known: { method: string; path: string; service: string | null; is: GitRequest }[] = [
  {
    method: "GET",
    path: "/git/home/app.git/info/refs",
    service: "git-upload-pack",
    is: { kind: "refs", repo, service: "upload-pack" },
  },
  {
    method: "GET",
    path: "/git/home/app.git/info/refs",
    service: "git-receive-pack",
    is: { kind: "refs", repo, service: "receive-pack" },
  },
  {
    method: "POST",
    path: "/git/home/app.git/git-upload-pack",
    service: null,
    is: { kind: "rpc", repo, service: "upload-pack" },
  },
  {
    method: "POST",
    path: "/git/home/app.git/git-receive-pack",
    service: null,
    is: { kind: "rpc", repo, service: "receive-pack" },
  },
  { method: "GET", path: "/git/home/app/pulls/12", service: null, is: { kind: "page", repo, number: 12 } },
];

test.each(known)("$method $path $service", ({ method, path, service, is }) => {
  expect(parseGitRequest(method, path, service)).toEqual(is);
});

test.each([
  ["GET", "/git/home/app.git/info/refs", null],
  ["GET", "/git/home/app.git/info/refs", "git-upload-archive"],
  ["GET", "/git/home/app.git/HEAD", null],
  ["GET", "/git/home/app.git/objects/info/packs", null],
  ["GET", "/git/home/app.git/git-upload-pack", null],
  ["POST", "/git/home/app.git/info/refs", "git-upload-pack"],
  ["GET", "/git/home/../app.git/info/refs", "git-upload-pack"],
  ["GET", "/git/../../etc/app.git/info/refs", "git-upload-pack"],
  ["GET", "/git/%2e%2e/app.git/info/refs", "git-upload-pack"],
  ["GET", "/git/home/..%2fapp.git/info/refs", "git-upload-pack"],
  ["GET", "/git/home//app.git/info/refs", "git-upload-pack"],
  ["GET", "/git/home/.hooks.git/info/refs", "git-upload-pack"],
  ["GET", "/git/-home/app.git/info/refs", "git-upload-pack"],
  ["GET", "/git/home/app.git/info/refs\0", "git-upload-pack"],
  ["GET", "/git/HOME/app.git/info/refs", "git-upload-pack"],
  ["POST", "/git/home/app/pulls/1", null],
  ["GET", "/git/home/app/pulls/0", null],
])("%s %s %s is none", (method, path, service) => {
  expect(parseGitRequest(method, path, service)).toBeNull();
});

test("no id leads out of the folder", () => {
  expect(repoFolder("/repos", repo)).toBe("/repos/home/app.git");
  expect(() => repoFolder("/repos", { town: "..", rig: "app" })).toThrow("must be 1-32");
  expect(() => repoFolder("/repos", { town: "home", rig: "a/b" })).toThrow("must be 1-32");
});
