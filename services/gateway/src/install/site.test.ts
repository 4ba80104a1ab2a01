import { expect, test } from "vitest";
import { isFromOurPage, siteOf } from "./site.ts";

test.each([
  { host: "127.0.0.1:4080", publicUrl: undefined, site: { origin: "http://127.0.0.1:4080", secure: false } },
  { host: "localhost:4080", publicUrl: undefined, site: { origin: "http://localhost:4080", secure: false } },
  { host: "[::1]:4080", publicUrl: undefined, site: { origin: "http://[::1]:4080", secure: false } },
  { host: "10.0.0.7:4080", publicUrl: undefined, site: null },
  { host: "localhost.evil.com:4080", publicUrl: undefined, site: null },
  { host: "127.0.0.1.evil.com", publicUrl: undefined, site: null },
  { host: "localhost@evil.com", publicUrl: undefined, site: null },
  { host: undefined, publicUrl: undefined, site: null },
  {
    host: "inside:4080",
    publicUrl: "https://town.example.org",
    site: { origin: "https://town.example.org", secure: true },
  },
  { host: "town.example.org", publicUrl: "http://town.example.org", site: null },
  { host: "x", publicUrl: "http://127.0.0.1:9", site: { origin: "http://127.0.0.1:9", secure: false } },
])("Host $host, public $publicUrl: $site", ({ host, publicUrl, site }) => {
  expect(siteOf(host, publicUrl)).toEqual(site);
});

const ours = { origin: "https://town.example.org", secure: true };
test.each<[Record<string, string>, boolean]>([
  [{ "sec-fetch-site": "same-origin" }, true],
  [{ "sec-fetch-site": "cross-site", origin: ours.origin }, false],
  [{ "sec-fetch-site": "same-site", origin: ours.origin }, false],
  [{ "sec-fetch-site": "none" }, false],
  [{ origin: ours.origin }, true],
  [{ origin: "https://evil.com" }, false],
  [{ origin: "null" }, false],
  [{}, false],
])("a form with %j is ours: %s", (headers, is) => {
  expect(isFromOurPage(new Headers(headers), ours)).toBe(is);
});
