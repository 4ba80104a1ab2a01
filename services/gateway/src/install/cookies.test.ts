import { Hono } from "hono";
import { expect, test } from "vitest";
import { dropCookie, giveCookie, readCookie } from "./cookies.ts";
import type { Site } from "./site.ts";

const https: Site = { origin: "https://town.example.org", secure: true };
const loopback: Site = { origin: "http://127.0.0.1:4080", secure: false };

function appOn(site: Site): Hono {
  const app = new Hono();
  app.get("/give", (c) => {
    giveCookie(c, "visit", { site, value: "n0nce", maxAgeS: 60 });
    return c.text("");
  });
  app.get("/drop", (c) => {
    dropCookie(c, "visit", site);
    return c.text("");
  });
  app.get("/read", (c) => c.text(readCookie(c, "visit", site) ?? "none"));
  return app;
}

test.each([
  [
    "over https it is locked to the host",
    https,
    "__Host-ghi=n0nce; Max-Age=60; Path=/; HttpOnly; Secure; SameSite=Lax",
  ],
  ["on this machine it has a plain name", loopback, "ghi=n0nce; Max-Age=60; Path=/; HttpOnly; SameSite=Lax"],
])("%s", async (_, site, header) => {
  const given = await appOn(site).request("/give");
  expect(given.headers.get("set-cookie")).toBe(header);
  const dropped = await appOn(site).request("/drop");
  expect(dropped.headers.get("set-cookie")).toMatch(/^(?:__Host-)?ghi=; Max-Age=0; Path=\//);
});

async function read(cookie: string): Promise<string> {
  return (await appOn(https).request("/read", { headers: { cookie } })).text();
}

test("over https one with the plain name, which anybody near could set, is not read", async () => {
  expect(await read("__Host-ghi=n0nce")).toBe("n0nce");
  expect(await read("ghi=n0nce")).toBe("none");
});
