import { expect, test } from "vitest";
import type { AppAnswer, AppRequest } from "./app-request.ts";
import { createInstallationTokens } from "./installation-tokens.ts";
import type { Access } from "./token-source.ts";

const minute = 60_000;
const signal = new AbortController().signal;
const access: Access = { installation: "5", repositories: ["1"], permissions: null };

/** GitHub as far as tokens go: numbers them, and says what it is told to. */
function tokensOf(options: { answer?: (route: string) => Partial<AppAnswer> | null; lifeMs?: number } = {}) {
  const world = { now: 0, asked: [] as { route: string; parameters: unknown }[] };
  let minted = 0;
  const ask: AppRequest = async ({ route, parameters }) => {
    world.asked.push({ route, parameters });
    await new Promise((resolve) => setImmediate(resolve));
    const given = options.answer?.(route) ?? null;
    if (given !== null) return { status: 200, data: null, headers: {}, ...given };
    minted += 1;
    const expires_at = new Date(world.now + (options.lifeMs ?? 60 * minute)).toISOString();
    const data = { token: `ghs_${minted}`, expires_at, permissions: { contents: "write", administration: "admin" } };
    return { status: 201, data, headers: {} };
  };
  const host = { apiUrl: "https://api.github.com", webUrl: "https://github.com", appId: "1", slug: "gastown" };
  return { world, tokens: createInstallationTokens({ ...host, ask, clock: () => world.now }) };
}

test("twenty who ask at once share one request", async () => {
  const { world, tokens } = tokensOf();
  const found = await Promise.all(Array.from({ length: 20 }, () => tokens.tokenFor(access, signal)));
  expect(new Set(found.map((token) => token.token))).toEqual(new Set(["ghs_1"]));
  expect(world.asked).toHaveLength(1);
  expect(world.asked[0]?.parameters).toEqual({ installation_id: "5", repository_ids: [1] });
});

test("a token is used for 50 minutes, with the permissions GitHub told", async () => {
  const { world, tokens } = tokensOf();
  expect((await tokens.tokenFor(access, signal)).permissions).toEqual({ contents: "write", administration: "admin" });
  world.now = 50 * minute - 1;
  expect((await tokens.tokenFor(access, signal)).token).toBe("ghs_1");
  world.now = 50 * minute;
  expect((await tokens.tokenFor(access, signal)).token).toBe("ghs_2");
});

test("a token with a shorter life is not used in its last ten minutes", async () => {
  const { world, tokens } = tokensOf({ lifeMs: 20 * minute });
  await tokens.tokenFor(access, signal);
  world.now = 10 * minute;
  expect((await tokens.tokenFor(access, signal)).token).toBe("ghs_2");
});

test.each<[string, Access]>([
  ["another installation", { ...access, installation: "6" }],
  ["other repositories", { ...access, repositories: ["1", "2"] }],
  ["all repositories", { ...access, repositories: null }],
  ["other permissions", { ...access, permissions: { contents: "read" } }],
])("%s is another token", async (_name, other) => {
  const { tokens } = tokensOf();
  await tokens.tokenFor(access, signal);
  expect((await tokens.tokenFor(other, signal)).token).toBe("ghs_2");
});

test("the order of repositories and permissions does not matter", async () => {
  const { world, tokens } = tokensOf();
  const one = { installation: "5", repositories: ["1", "2"], permissions: { a: "read", b: "write" } };
  await tokens.tokenFor(one, signal);
  await tokens.tokenFor(
    { installation: "5", repositories: ["2", "1"], permissions: { b: "write", a: "read" } },
    signal,
  );
  expect(world.asked).toHaveLength(1);
});

test("a refused token is replaced once, whoever finds out", async () => {
  const { world, tokens } = tokensOf();
  const refused = await tokens.tokenFor(access, signal);
  const renewed = await Promise.all([1, 2, 3].map(() => tokens.renew(access, refused, signal)));
  expect(renewed.map((token) => token.token)).toEqual(["ghs_2", "ghs_2", "ghs_2"]);
  expect((await tokens.renew(access, refused, signal)).token).toBe("ghs_2");
  expect(world.asked).toHaveLength(2);
});

test("an installation that has changed is asked for anew", async () => {
  const { tokens } = tokensOf();
  await tokens.tokenFor(access, signal);
  tokens.forget("6");
  expect((await tokens.tokenFor(access, signal)).token).toBe("ghs_1");
  tokens.forget("5");
  expect((await tokens.tokenFor(access, signal)).token).toBe("ghs_2");
});

test("a failure is not kept", async () => {
  let fail = true;
  const { tokens } = tokensOf({
    answer: (route) => {
      if (fail && route.startsWith("POST")) throw new Error("down");
      return null;
    },
  });
  await expect(tokens.tokenFor(access, signal)).rejects.toThrow("down");
  fail = false;
  expect((await tokens.tokenFor(access, signal)).token).toBe("ghs_1");
});

test("one who gives up waiting does not take it from the others", async () => {
  const { tokens } = tokensOf();
  const stop = new AbortController();
  const leaving = tokens.tokenFor(access, stop.signal);
  const staying = tokens.tokenFor(access, signal);
  stop.abort(new Error("stopped"));
  await expect(leaving).rejects.toThrow("stopped");
  expect((await staying).token).toBe("ghs_1");
});

const state = (more: object) => ({ data: { html_url: "https://github.com/settings/installations/5", ...more } });

test.each([
  [
    "suspended",
    403,
    state({ suspended_at: "2026-01-01T00:00:00Z" }),
    "denied",
    "is suspended. Unsuspend it: https://github.com/settings/installations/5",
  ],
  [
    "removed",
    404,
    { status: 404 },
    "gone",
    "was uninstalled there. Install it again: https://github.com/apps/gastown/installations/new",
  ],
  [
    "refused for no reason we know",
    403,
    state({ suspended_at: null }),
    "denied",
    "does not take tokens of installation 5",
  ],
])("an installation that is %s says what to do", async (_name, status, told, kind, words) => {
  const { tokens } = tokensOf({ answer: (route) => (route.startsWith("POST") ? { status } : told) });
  await expect(tokens.tokenFor(access, signal)).rejects.toMatchObject({
    kind,
    message: expect.stringContaining(words),
  });
});

test.each([
  ["the repository was taken out", access, "gone"],
  ["the permissions are not granted", { ...access, permissions: { contents: "write" } }, "denied"],
])("%s", async (_name, wanted, kind) => {
  const { tokens } = tokensOf({ answer: () => ({ status: 422, data: { message: "not accessible" } }) });
  await expect(tokens.tokenFor(wanted, signal)).rejects.toMatchObject({
    kind,
    message: expect.stringContaining("not accessible"),
  });
});

test("a rig without an installation is told so", async () => {
  const { world, tokens } = tokensOf();
  await expect(tokens.tokenFor({ ...access, installation: null }, signal)).rejects.toThrow("has no installation");
  expect(world.asked).toEqual([]);
});
