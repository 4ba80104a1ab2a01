import { expect, test } from "vitest";
import { context, refOf, rig, startGithubWorld, type GithubWorld } from "./test/github-world.ts";

function register(world: GithubWorld, { path = "/acme/app", defaultBranch = null as string | null } = {}) {
  return world.forge.registerRepo(rig, { source: `${world.double.webUrl}${path}`, defaultBranch }, context);
}

test("a repository our App is installed on can be worked in", async () => {
  await using world = await startGithubWorld();
  const head = world.repository.git.tip("main");
  const found = {
    defaultBranch: "main",
    head,
    remote: "acme/app",
    remoteId: String(world.repository.id),
    installation: String(world.installation),
  };
  expect(await register(world)).toEqual(found);
  expect(await register(world, { path: "/acme/app.git" })).toEqual(found);
  expect(world.double.requests.some((call) => call.mutation)).toBe(false);
});

test("a branch of it can be the default", async () => {
  await using world = await startGithubWorld();
  const head = await world.double.world.branches.commit(world.repository, { branch: "next", files: { "n.txt": "n" } });
  expect(await register(world, { defaultBranch: "next" })).toMatchObject({ defaultBranch: "next", head });
  await expect(register(world, { defaultBranch: "none" })).rejects.toMatchObject({
    kind: "invalid",
    message: expect.stringContaining("has no branch none. Add the rig again with one it has, as main"),
  });
});

test("what is not at our host is refused", async () => {
  await using world = await startGithubWorld();
  const wish = { source: "https://gitlab.com/acme/app", defaultBranch: null };
  await expect(world.forge.registerRepo(rig, wish, context)).rejects.toMatchObject({ kind: "invalid" });
  expect(world.double.requests).toEqual([]);
});

test("without our App it says where to install it", async () => {
  await using world = await startGithubWorld();
  await world.double.world.repositories.add({ owner: "other", name: "app", git: "memory" });
  await expect(register(world, { path: "/other/app" })).rejects.toMatchObject({
    kind: "denied",
    message: expect.stringContaining(`${world.double.webUrl}/apps/${world.double.app.slug}/installations/new`),
  });
  await expect(register(world, { path: "/acme/none" })).rejects.toMatchObject({ kind: "denied" });
});

test("a suspended installation is told", async () => {
  await using world = await startGithubWorld();
  world.double.auth.suspend(world.installation);
  await expect(register(world)).rejects.toMatchObject({
    kind: "denied",
    message: expect.stringContaining("Unsuspend it"),
  });
});

test("an App that lacks a permission is told which", async () => {
  await using world = await startGithubWorld({
    permissions: { contents: "read", pull_requests: "write", metadata: "read" },
  });
  await expect(register(world)).rejects.toMatchObject({
    kind: "denied",
    message: expect.stringContaining("contents and pull requests, both to write"),
  });
});

test("an archived repository is refused", async () => {
  await using world = await startGithubWorld();
  world.double.world.repositories.archive(world.repository);
  await expect(register(world)).rejects.toMatchObject({
    kind: "invalid",
    message: expect.stringContaining("is archived"),
  });
});

test("with a personal token: of who may write", async () => {
  await using world = await startGithubWorld();
  const forgeAs = (login: string) => world.forgeOf({ kind: "token", token: world.double.auth.personalToken(login) });
  const wish = { source: `${world.double.webUrl}/acme/app`, defaultBranch: null };
  expect(await forgeAs("ada").registerRepo(rig, wish, context)).toMatchObject({
    remote: "acme/app",
    installation: null,
  });
  await expect(forgeAs("eve").registerRepo(rig, wish, context)).rejects.toMatchObject({ kind: "denied" });
});

test("a key that is not the App's says so", async () => {
  await using world = await startGithubWorld();
  const { privateKey, slug } = world.double.app;
  const forge = world.forgeOf({ kind: "app", appId: "1", privateKey, slug });
  await expect(forge.getSnapshot({ ...rig, number: 1 }, context)).rejects.toMatchObject({
    kind: "denied",
    message: expect.stringContaining("Check SCM_GITHUB_APP_ID and SCM_GITHUB_PRIVATE_KEY"),
  });
});

test("a clock that is off is mended", async () => {
  await using world = await startGithubWorld();
  const pull = await world.open();
  world.double.faults.clockSkewMs = -20 * 60_000;
  expect((await world.forge.getSnapshot(refOf(pull), context)).state).toBe("open");
});

test("an agent's token reaches its one repository, and may do what the agent may", async () => {
  await using world = await startGithubWorld();
  await world.double.world.repositories.add({ owner: "acme", name: "other", git: "memory" });
  const mint = (write: boolean) =>
    world.forge.mintRepoToken({ ...rig, createdAt: new Date() }, { agent: "gt-1", write }, context);
  const writing = await mint(true);
  expect(writing.username).toBe("x-access-token");
  expect(writing.expiresAt.getTime()).toBeGreaterThan(Date.now() + 10 * 60_000);
  const basic = `Basic ${Buffer.from(`${writing.username}:${writing.password}`).toString("base64")}`;
  expect(world.double.auth.identify(basic)).toMatchObject({
    kind: "installation",
    repositoryIds: [world.repository.id],
    permissions: { contents: "write", pull_requests: "write" },
  });
  const caller = world.double.auth.identify(`token ${(await mint(false)).password}`);
  expect(caller).toMatchObject({ permissions: { contents: "read", pull_requests: "read" } });
  expect(caller).not.toMatchObject({ permissions: { workflows: expect.anything() } });
  expect((await mint(true)).password).toBe(writing.password);
});

test("a personal token is handed to who writes, and to nobody who only reads", async () => {
  await using world = await startGithubWorld();
  const token = world.double.auth.personalToken("ada");
  const forge = world.forgeOf({ kind: "token", token });
  const mint = (write: boolean) =>
    forge.mintRepoToken({ ...rig, createdAt: new Date() }, { agent: "gt-1", write }, context);
  expect((await mint(true)).password).toBe(token);
  await expect(mint(false)).rejects.toMatchObject({ kind: "denied" });
});

function mintFor({ forge }: GithubWorld) {
  return forge.mintRepoToken({ ...rig, createdAt: new Date() }, { agent: "gt-1", write: true }, context);
}

test("two Apps that ask for one installation at one moment do not get each other's token", async () => {
  await using world = await startGithubWorld();
  await using other = await startGithubWorld();
  const [ours, theirs] = await Promise.all([mintFor(world), mintFor(other)]);
  expect(world.double.auth.identify(`token ${ours.password}`).kind).toBe("installation");
  expect(other.double.auth.identify(`token ${theirs.password}`).kind).toBe("installation");
});
