import { expect, test } from "vitest";
import { commandAs } from "./agent-user.ts";

const git = { command: "git", args: ["status", "--short"], cwd: "/work" };

test("without a user a command is run as it stands", () => {
  expect(commandAs(null, git)).toBe(git);
});

test.each([
  [[], "--clear-groups"],
  [[20_005, 20_007], "--groups=20005,20007"],
])("a user with the groups %j gets %s, and no capability", (groups, said) => {
  expect(commandAs({ uid: 20_001, gid: 20_001, groups }, git)).toEqual({
    command: "/usr/bin/setpriv",
    args: [
      "--reuid=20001",
      "--regid=20001",
      said,
      "--inh-caps=-all",
      "--ambient-caps=-all",
      "--no-new-privs",
      "--",
      "/usr/bin/env",
      "--chdir=/work",
      "git",
      "status",
      "--short",
    ],
    cwd: "/",
  });
});
