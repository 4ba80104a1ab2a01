import { execFile } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDouble } from "./test/open-double.ts";

const run = promisify(execFile);
const received: { headers: NodeJS.Dict<string | string[]>; body: string }[] = [];
const receiver = createServer((request, response) => {
  let body = "";
  request.on("data", (part: Buffer) => (body += part.toString("utf8")));
  request.on("end", () => {
    received.push({ headers: request.headers, body });
    response.writeHead(202).end();
  });
});
let hook = "";
let folder = "";

beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  folder = await mkdtemp(join(tmpdir(), "double-test-"));
});
afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await rm(folder, { recursive: true });
});

test("a real push moves the head, and is told of by signed deliveries", async () => {
  await using opened = await openDouble({ repository: { git: "disk" }, webhookUrl: hook });
  const { double, repository, pull, installation } = opened;
  await double.deliveries.settled();
  received.length = 0;
  const minted = double.auth.mint(installation, { repositoryIds: [repository.id] });
  if (!minted.ok) throw new Error(minted.message);
  const remote = `${double.webUrl.replace("://", `://x-access-token:${minted.token}@`)}/acme/app.git`;
  const work = join(folder, "work");
  const git = async (...args: string[]) =>
    (await run("git", ["-C", work, "-c", "user.name=A", "-c", "user.email=a@a", ...args])).stdout.trim();
  await run("git", ["clone", "-q", "-b", "feature", remote, work]);
  await writeFile(join(work, "pushed.txt"), "from outside\n");
  await git("add", ".");
  await git("commit", "-qm", "pushed");
  await git("push", "-q", "origin", "feature");
  const head = await git("rev-parse", "HEAD");
  expect([pull.headOid, pull.lastPusher]).toEqual([head, `${double.app.slug}[bot]`]);
  expect((await opened.rest("GET", "/repos/acme/app/pulls/1")).body).toMatchObject({
    head: { sha: head },
    mergeable: true,
    commits: 2,
  });
  expect((await git("ls-remote", "origin", "refs/pull/1/head")).startsWith(head)).toBe(true);

  await double.deliveries.settled();
  expect(received.map(({ headers }) => headers["x-github-event"])).toEqual(["push", "pull_request"]);
  for (const { headers, body } of received) {
    const signature = createHmac("sha256", double.app.webhookSecret).update(body).digest("hex");
    expect(headers["x-hub-signature-256"]).toBe(`sha256=${signature}`);
  }
  expect(JSON.parse(received[1]?.body ?? "")).toMatchObject({
    action: "synchronize",
    number: 1,
    after: head,
    pull_request: { head: { sha: head } },
    repository: { id: repository.id, full_name: "acme/app" },
    installation: { id: installation },
    sender: { type: "Bot" },
  });

  await double.world.rules.set(repository, "main", { requiredApprovals: 1 });
  await expect(git("push", "-q", "origin", "feature:main")).rejects.toThrow("protected branch hook declined");
  await double.world.reviews.submit(pull, { by: "ann", state: "APPROVED" });
  const merged = await opened.rest("PUT", "/repos/acme/app/pulls/1/merge", { sha: head, merge_method: "squash" });
  expect(merged.status).toBe(200);
  await git("fetch", "-q", "origin", "main");
  expect(await git("show", "FETCH_HEAD:pushed.txt")).toBe("from outside");
});

test("the log of deliveries has what was lost, and it comes once more when asked for", async () => {
  await using opened = await openDouble({ webhookUrl: hook });
  const { double, pull } = opened;
  await double.deliveries.settled();
  received.length = 0;
  double.deliveries.faults.lossRate = 1;
  await double.world.reviews.submit(pull, { by: "ann", state: "APPROVED" });
  await double.deliveries.settled();
  expect(received).toEqual([]);
  const [lost] = double.deliveries.log;
  expect(lost).toMatchObject({ event: "pull_request_review", action: "submitted", statusCode: 0, redelivery: false });
  double.deliveries.redeliver(lost?.id ?? 0);
  await double.deliveries.settled();
  expect(received.map(({ headers }) => headers["x-github-delivery"])).toEqual([lost?.guid]);
});

test("an App without a permission is not told of its events, a suspended one of none", async () => {
  await using opened = await openDouble({
    webhookUrl: hook,
    permissions: { metadata: "read", pull_requests: "write" },
  });
  const { double, repository, pull, installation } = opened;
  await double.deliveries.settled();
  received.length = 0;
  await double.world.checks.run(repository, pull.headOid, { name: "ci", conclusion: "SUCCESS" });
  double.world.threads.open(pull, { by: "ann", body: "why?" });
  await double.deliveries.settled();
  expect(received.map(({ headers }) => headers["x-github-event"])).toEqual(["pull_request_review_comment"]);
  double.auth.suspend(installation);
  double.world.threads.open(pull, { by: "ann", body: "and this?" });
  await double.deliveries.settled();
  expect(received.map(({ headers }) => headers["x-github-event"])).toEqual([
    "pull_request_review_comment",
    "installation",
  ]);
});
