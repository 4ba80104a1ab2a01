import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createLogger } from "@gastown/telemetry";
import { expect, test } from "vitest";
import { createAppApi } from "./create-app-api.ts";
import { context, startGithubWorld, type GithubWorld } from "./test/github-world.ts";

function apiOf({ double }: GithubWorld, clientSecret = double.app.clientSecret) {
  const { id, privateKey, slug, clientId } = double.app;
  return createAppApi({
    webUrl: double.webUrl,
    apiUrl: double.apiUrl,
    credentials: { kind: "app", appId: String(id), privateKey, slug },
    clientId,
    clientSecret,
    logger: createLogger("test", { level: "silent" }),
  });
}

/** Answers hooks with `status`, and counts them. */
async function startReceiver(): Promise<{ url: string; guids: string[]; status: number; close(): void }> {
  const server = createServer((request, response) => {
    receiver.guids.push(String(request.headers["x-github-delivery"]));
    response.writeHead(receiver.status).end();
  });
  const receiver = { url: "", guids: [] as string[], status: 202, close: () => void server.close() };
  await once(server.listen(0, "127.0.0.1"), "listening");
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/github`;
  return receiver;
}

test("deliveries are paged, and one is delivered again under its guid", async () => {
  await using world = await startGithubWorld();
  const receiver = await startReceiver();
  try {
    world.double.deliveries.url = receiver.url;
    const api = apiOf(world);
    for (let n = 0; n < 60; n += 1) await world.open({ branch: `gt/${n}` });
    await world.double.deliveries.settled();
    const first = await api.listDeliveries(null, context);
    expect(first.deliveries).toHaveLength(100);
    expect(first.next).not.toBeNull();
    const second = await api.listDeliveries(first.next, context);
    expect(second.next).toBeNull();
    const all = [...first.deliveries, ...second.deliveries];
    expect(all).toHaveLength(world.double.deliveries.log.length);
    const opened = all.find((delivery) => delivery.event === "pull_request");
    expect(opened).toMatchObject({
      status: "OK",
      statusCode: 202,
      redelivery: false,
      action: "opened",
      installation: String(world.installation),
      repositoryId: String(world.repository.id),
    });
    await api.redeliver(opened?.id ?? "", context);
    await world.double.deliveries.settled();
    expect(receiver.guids.filter((guid) => guid === opened?.guid)).toHaveLength(2);
  } finally {
    receiver.close();
  }
});

test("a delivery nobody answered has the code 0", async () => {
  await using world = await startGithubWorld();
  world.double.deliveries.url = "http://127.0.0.1:9/hooks";
  await world.open();
  await world.double.deliveries.settled();
  const { deliveries } = await apiOf(world).listDeliveries(null, context);
  expect(deliveries[0]).toMatchObject({ statusCode: 0 });
  expect(deliveries[0]?.status).not.toBe("OK");
});

test("installations, their repositories, and what became of them", async () => {
  await using world = await startGithubWorld();
  const api = apiOf(world);
  const id = String(world.installation);
  expect(await api.getInstallation(id, context)).toMatchObject({
    id,
    account: { login: "acme", type: "Organization" },
    suspendedAt: null,
  });
  expect((await api.listInstallations(context)).map((found) => found.id)).toEqual([id]);
  expect(await api.installationRepositories(id, context)).toMatchObject([
    {
      id: String(world.repository.id),
      fullName: "acme/app",
      defaultBranch: "main",
      url: `${world.double.webUrl}/acme/app`,
    },
  ]);
  world.double.auth.suspend(world.installation);
  expect((await api.getInstallation(id, context)).suspendedAt).toBeInstanceOf(Date);
  await expect(api.installationRepositories(id, context)).rejects.toMatchObject({ kind: "denied" });
  world.double.auth.uninstall(world.installation);
  await expect(api.getInstallation(id, context)).rejects.toMatchObject({ kind: "gone" });
});

test.each(["", "1/../2", "abc", "1".repeat(30)])('"%s" is no installation', async (id) => {
  await using world = await startGithubWorld();
  await expect(apiOf(world).getInstallation(id, context)).rejects.toMatchObject({ kind: "invalid" });
});

/** What GitHub gives to the browser of who lets the App act for them. */
async function codeFor({ double }: GithubWorld, person: string): Promise<string> {
  double.pages.person = person;
  double.pages.callbackUrl = "http://gastown.example/callback";
  const form = new URLSearchParams({ client_id: double.app.clientId, do: "authorize" });
  const answer = await fetch(`${double.webUrl}/login/oauth/authorize`, {
    method: "POST",
    body: form,
    redirect: "manual",
  });
  return new URL(answer.headers.get("location") ?? "").searchParams.get("code") ?? "";
}

test("a code is good once, and shows which installations its person may use", async () => {
  await using world = await startGithubWorld();
  const { world: github, auth } = world.double;
  github.people.add("zoe");
  await github.repositories.add({ owner: "zoe", name: "own", git: "memory" });
  const own = auth.install({ account: "zoe" });
  const api = apiOf(world);
  const code = await codeFor(world, "zoe");
  const user = await api.exchangeCode(code, context);
  expect(await api.tokenUser(user, context)).toMatchObject({ login: "zoe", type: "User" });
  const ids = await api.userInstallations(user, context);
  expect(ids).toContain(String(own.id));
  expect(ids).not.toContain(String(world.installation));
  await expect(api.exchangeCode(code, context)).rejects.toMatchObject({ kind: "invalid" });
  await expect(api.exchangeCode("forged", context)).rejects.toMatchObject({ kind: "invalid" });
  const other = apiOf(world, "not the secret").exchangeCode(await codeFor(world, "zoe"), context);
  await expect(other).rejects.toMatchObject({ kind: "denied" });
});
