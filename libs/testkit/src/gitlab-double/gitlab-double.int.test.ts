import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { roles, startGitlabDouble, type GitlabDouble } from "./index.ts";

let double: GitlabDouble;
let count = 0;
beforeAll(async () => {
  double = await startGitlabDouble();
});
afterAll(() => double.close());

interface Answer {
  readonly status: number;
  readonly data: unknown;
}

/** A project with a merge request, and the API as a maintainer sees it. */
async function open() {
  const path = `acme/app-${(count += 1)}`;
  const members = { mia: roles.maintainer, dev: roles.developer, ann: roles.maintainer };
  const project = await double.world.createProject(path, { git: "memory", members });
  const tokens = { mia: double.world.token("mia").value, dev: double.world.token("dev").value };
  const call = async (method: string, rest: string, body?: unknown, as: "mia" | "dev" = "mia"): Promise<Answer> => {
    const response = await fetch(`${double.webUrl}/api/v4/projects/${encodeURIComponent(path)}${rest}`, {
      method,
      headers: { "private-token": tokens[as], "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const words = await response.text();
    return { status: response.status, data: words === "" ? null : JSON.parse(words) };
  };
  const head = await double.world.push(path, { branch: "gt/x", files: { "x.txt": "x\n" } });
  const wish = { source_branch: "gt/x", target_branch: "main", title: "Do it" };
  return { path, project, call, head, wish };
}

test("a merge request is checked in the background, and merged at the head that was meant", async () => {
  const { call, head, wish, project } = await open();
  expect(await call("POST", "/merge_requests", wish)).toMatchObject({ status: 201, data: { iid: 1, sha: head } });
  const first = await call("GET", "/merge_requests/1");
  expect(first.data).toMatchObject({ state: "opened" });
  await double.settled();
  expect((await call("GET", "/merge_requests/1")).data).toMatchObject({ detailed_merge_status: "mergeable" });
  const other = "0".repeat(40);
  expect(await call("PUT", "/merge_requests/1/merge", { sha: other })).toEqual({
    status: 409,
    data: { message: `SHA does not match HEAD of source branch: ${head}` },
  });
  const merged = await call("PUT", "/merge_requests/1/merge", { sha: head });
  expect(merged).toMatchObject({ status: 200, data: { state: "merged", merge_commit_sha: project.git.tip("main") } });
});

test("rules are judged before git, and git before the head", async () => {
  const { call, path, wish, project } = await open();
  await call("POST", "/merge_requests", wish);
  const other = "0".repeat(40);
  await double.world.push(path, { branch: "main", files: { "x.txt": "other\n" } });
  const conflict = { status: 422, data: { message: "Branch cannot be merged" } };
  expect(await call("PUT", "/merge_requests/1/merge", { sha: other })).toEqual(conflict);
  project.settings.approvalsRequired = 1;
  const rule = { status: 405, data: { message: "405 Method Not Allowed" } };
  expect(await call("PUT", "/merge_requests/1/merge", { sha: other })).toEqual(rule);
  const denied = { status: 401, data: { message: "401 Unauthorized" } };
  expect(await call("PUT", "/merge_requests/1/merge", { sha: other }, "dev")).toEqual(denied);
});

test("what cannot be opened is refused in GitLab's words", async () => {
  const { call, wish } = await open();
  await call("POST", "/merge_requests", wish);
  expect(await call("POST", "/merge_requests", wish)).toEqual({
    status: 409,
    data: { message: ["Another open merge request already exists for this source branch: !1"] },
  });
  expect((await call("POST", "/merge_requests", { ...wish, source_branch: "no" })).status).toBe(400);
  expect((await call("POST", "/merge_requests", { source_branch: "gt/x" })).data).toEqual({
    message: "title is missing",
  });
  expect(await call("GET", "/merge_requests/7")).toEqual({ status: 404, data: { message: "404 Not found" } });
});

test("approvals go with a push, and so does auto-merge", async () => {
  const { call, wish, path, project, head } = await open();
  project.settings.pipelineMustSucceed = true;
  project.settings.approvalsRequired = 1;
  await call("POST", "/merge_requests", wish);
  double.world.review({ path, iid: 1 }, { by: "ann", verdict: "approve", body: "" });
  await double.world.setJob({ path, iid: 1 }, { name: "test", status: "running" });
  expect((await call("PUT", "/merge_requests/1/merge", { sha: head, auto_merge: true })).data).toMatchObject({
    state: "opened",
    merge_when_pipeline_succeeds: true,
  });
  await double.world.push(path, { branch: "gt/x", files: { "x.txt": "xx\n" } });
  expect((await call("GET", "/merge_requests/1/approvals")).data).toMatchObject({ approvals_left: 1, approved_by: [] });
  expect((await call("GET", "/merge_requests/1")).data).toMatchObject({ merge_when_pipeline_succeeds: false });
  expect((await call("POST", "/merge_requests/1/cancel_merge_when_pipeline_succeeds")).status).toBe(406);
});

test("tokens see what they may, and no more", async () => {
  const { path, call } = await open();
  const get = async (token: string, rest = "") =>
    (
      await fetch(`${double.webUrl}/api/v4/projects/${encodeURIComponent(path)}${rest}`, {
        headers: { "private-token": token },
      })
    ).status;
  expect(await get("wrong")).toBe(401);
  expect(await get(double.world.token("stranger").value)).toBe(404);
  expect(await get(double.world.token("mia", ["read_repository"]).value)).toBe(403);
  const expires_at = new Date(Date.now() + 48 * 3_600_000).toISOString().slice(0, 10);
  const wish = { name: "x", scopes: ["read_repository"], access_level: 20, expires_at };
  expect((await call("POST", "/access_tokens", wish, "dev")).status).toBe(403);
  expect((await call("POST", "/access_tokens", { ...wish, access_level: 50 })).status).toBe(400);
  expect((await call("POST", "/access_tokens", { ...wish, expires_at: "2001-01-01" })).status).toBe(400);
  expect(await call("POST", "/access_tokens", wish)).toMatchObject({
    status: 201,
    data: { token: expect.any(String) },
  });
});

interface Heard {
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}

/** Where hooks go; answers `status`. */
async function listen() {
  const heard: Heard[] = [];
  const receiver = { heard, status: 200, url: "", close: () => server.close() };
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      heard.push({ headers: request.headers, body: JSON.parse(body) as Record<string, unknown> });
      response.writeHead(receiver.status).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  receiver.url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/hooks/gitlab`;
  return receiver;
}

test("hooks carry the token and ids, are logged, and can be sent again", async () => {
  const { call, wish } = await open();
  const receiver = await listen();
  try {
    const hook = { url: receiver.url, token: "secret", merge_requests_events: true, push_events: false };
    const made = await call("POST", "/hooks", hook);
    expect(JSON.stringify(made.data)).not.toContain("secret");
    const { id } = made.data as { id: number };
    await call("POST", "/merge_requests", wish);
    await double.settled();
    expect(receiver.heard).toHaveLength(1);
    const [first] = receiver.heard;
    expect(first?.headers).toMatchObject({ "x-gitlab-token": "secret", "x-gitlab-event": "Merge Request Hook" });
    expect(first?.body).toMatchObject({ object_kind: "merge_request", object_attributes: { iid: 1, action: "open" } });
    const log = (await call("GET", `/hooks/${id}/events`)).data as { id: number; response_status: string }[];
    expect(log).toMatchObject([{ response_status: "200", request_headers: { "X-Gitlab-Token": "[REDACTED]" } }]);
    const again = await call("POST", `/hooks/${id}/events/${log[0]?.id}/resend`);
    expect(again.data).toEqual({ response_status: 200 });
    expect(receiver.heard[1]?.body).toEqual(first?.body);
    expect(receiver.heard[1]?.headers["idempotency-key"]).toBe(first?.headers["idempotency-key"]);
    expect(receiver.heard[1]?.headers["x-gitlab-event-uuid"]).not.toBe(first?.headers["x-gitlab-event-uuid"]);
  } finally {
    receiver.close();
  }
});

test("four failures in a row switch a hook off for a while; a lost one is in the log", async () => {
  const { call, path } = await open();
  const receiver = await listen();
  try {
    const { id } = (await call("POST", "/hooks", { url: receiver.url })).data as { id: number };
    double.faults.lostDeliveries = 1;
    receiver.status = 500;
    for (let n = 0; n < 7; n += 1) {
      await double.world.push(path, { branch: "gt/y", files: { "y.txt": `${n}\n` } });
      await double.settled();
    }
    expect(receiver.heard).toHaveLength(4);
    const log = (await call("GET", `/hooks/${id}/events`)).data as { response_status: string }[];
    expect(log.map((event) => event.response_status)).toEqual(["500", "500", "500", "500", "internal error"]);
    expect((await call("GET", "/hooks")).data).toMatchObject([{ alert_status: "temporarily_disabled" }]);
  } finally {
    receiver.close();
  }
});
