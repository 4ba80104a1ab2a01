import { expect, test } from "vitest";
import { GitError, redactUrls } from "./run-git.ts";

test("user names and passwords in URLs are not repeated", () => {
  const said = "fatal: unable to access 'https://x-access-token:ghs_1@github.com/a/b.git/': no; see http://u@h:1/";
  expect(redactUrls(said)).toBe("fatal: unable to access 'https://github.com/a/b.git/': no; see http://h:1/");
  expect(redactUrls("a@b.c in /srv/app.git")).toBe("a@b.c in /srv/app.git");
});

test("an error says which command failed, and how", () => {
  expect(new GitError(["push", "origin"], 128, " no \n").message).toBe("git push failed (128): no");
  expect(new GitError(["fetch"], null, "").message).toBe("git fetch was stopped before it ended: ");
});
