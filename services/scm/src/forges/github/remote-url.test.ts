import { expect, test } from "vitest";
import { ScmError } from "../forge.ts";
import { readRemoteUrl } from "./remote-url.ts";

const ours = "https://github.com";

test.each([
  "https://github.com/acme/app",
  "https://github.com/acme/app/",
  "https://github.com/acme/app.git",
  "https://GitHub.com/acme/app",
])("%s names a repository", (source) => {
  expect(readRemoteUrl(source, ours)).toEqual({ owner: "acme", name: "app" });
});

test("names may have dots and the like", () => {
  expect(readRemoteUrl("https://github.com/a-1/a.b_c-d.git", ours)).toEqual({ owner: "a-1", name: "a.b_c-d" });
});

test("another server of GitHub's, with a port", () => {
  expect(readRemoteUrl("http://127.0.0.1:8080/acme/app", "http://127.0.0.1:8080")).toEqual({
    owner: "acme",
    name: "app",
  });
});

test.each([
  ["", "is not a URL"],
  ["acme/app", "is not a URL"],
  ["git@github.com:acme/app.git", "is not a URL"],
  ["http://github.com/acme/app", "is not at https://github.com"],
  ["https://github.com.evil.example/acme/app", "is not at https://github.com"],
  ["https://github.com:444/acme/app", "is not at https://github.com"],
  ["https://github.com@evil.example/acme/app", "has a user name or password"],
  ["https://github.com", "is not the URL of a repository"],
  ["https://github.com/acme", "is not the URL of a repository"],
  ["https://github.com/acme/app/tree/main", "is not the URL of a repository"],
  ["https://github.com/acme/app?tab=readme", "is not the URL of a repository"],
  ["https://github.com/acme/..%2fapp", "is not the URL of a repository"],
  ["https://github.com/-acme/app", "is not the URL of a repository"],
  ["https://github.com/acme/.git", "is not the URL of a repository"],
])('"%s" is refused: it %s', (source, why) => {
  const read = () => readRemoteUrl(source, ours);
  expect(read).toThrow(ScmError);
  expect(read).toThrow(why);
});

test("a password in a source is not told on", () => {
  expect(() => readRemoteUrl("https://me:hunter2@github.com/acme/app", ours)).toThrow(/^(?!.*hunter2)/);
});
