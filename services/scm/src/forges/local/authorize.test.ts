import { expect, test } from "vitest";
import { authorize } from "./authorize.ts";
import type { GitRequest } from "./repo-path.ts";
import { signToken } from "./token.ts";

const repo = { town: "home", rig: "app" };
const read: GitRequest = { kind: "refs", repo, service: "upload-pack" };
const push: GitRequest = { kind: "rpc", repo, service: "receive-pack" };
const page: GitRequest = { kind: "page", repo, number: 1 };
const holder = (claims: object) => {
  const token = signToken({ ...repo, agent: "gt-1", write: true, registeredAt: 5, expiresAt: 10, ...claims }, "secret");
  return `Basic ${Buffer.from(`x:${token}`).toString("base64")}`;
};
const door = { tokenSecret: "secret", allowAnonymousRead: true, registeredAt: 5, now: 1 };

interface Case {
  name: string;
  wanted: GitRequest;
  header?: string;
  door?: { allowAnonymousRead?: boolean; registeredAt?: number | null };
  expected: true | 401 | 403;
}
const closed = { allowAnonymousRead: false };
const cases: Case[] = [
  { name: "anybody reads on loopback", wanted: read, expected: true },
  { name: "anybody reads a page on loopback", wanted: page, expected: true },
  { name: "nobody reads without a token elsewhere", wanted: read, door: closed, expected: 401 },
  { name: "nobody pushes without a token", wanted: push, expected: 401 },
  { name: "an agent pushes", wanted: push, header: holder({}), expected: true },
  { name: "a token that reads only does not push", wanted: push, header: holder({ write: false }), expected: 403 },
  {
    name: "a token that reads only reads",
    wanted: read,
    header: holder({ write: false }),
    door: closed,
    expected: true,
  },
  { name: "a token of another rig", wanted: push, header: holder({ rig: "other" }), expected: 403 },
  { name: "a token of another town", wanted: read, header: holder({ town: "other" }), expected: 403 },
  { name: "a token that has ended", wanted: push, header: holder({ expiresAt: 0 }), expected: 401 },
  { name: "a token of an earlier rig of the name", wanted: push, header: holder({ registeredAt: 4 }), expected: 401 },
  {
    name: "a token of a rig that is gone",
    wanted: push,
    header: holder({}),
    door: { registeredAt: null },
    expected: 401,
  },
  { name: "a token of somebody else's", wanted: push, header: "Basic eDp5", expected: 401 },
];

test.each(cases)("$name", (row) => {
  const access = authorize(row.wanted, row.header, { ...door, ...row.door });
  expect(access.allowed || access.status).toBe(row.expected);
});
