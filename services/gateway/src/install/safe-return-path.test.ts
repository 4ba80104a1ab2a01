import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { judgeReturnPath, safeReturnPath } from "./safe-return-path.ts";
import { returnPlacesOn } from "./return-places.ts";

const casesFile = z.object({
  prefixes: z.array(z.string()),
  accepted: z.array(z.string()),
  refused: z.record(z.string(), z.array(z.string())),
});
const cases = casesFile.parse(
  JSON.parse(readFileSync(new URL("return-path-cases.json", import.meta.url), "utf8")) as unknown,
);
const places = returnPlacesOn("https://app.example.com");

test("the cases are about the places the product has", () => {
  expect(cases.prefixes).toEqual(places.prefixes);
  expect(cases.accepted.length).toBeGreaterThan(20);
});

describe("accepted, as it is", () => {
  test.each(cases.accepted)("%j", (path) => {
    expect(judgeReturnPath(path, places)).toEqual({ ok: true, path });
  });
});

describe.each(Object.entries(cases.refused))("refused by %s", (rule, paths) => {
  test.each(paths)("%j", (path) => {
    expect(judgeReturnPath(path, places)).toMatchObject({ ok: false, rule });
    expect(safeReturnPath(path, places)).toBeNull();
  });
});

test.each([undefined, null, 7, ["/onboarding"], { path: "/onboarding" }])("%j is no text: refused by R1", (value) => {
  expect(judgeReturnPath(value, places)).toMatchObject({ ok: false, rule: "R1" });
});

test("the origin has a say: a port or scheme of another installation changes nothing of what is accepted", () => {
  for (const origin of ["http://127.0.0.1:4080", "http://localhost", "https://gastown.example.org:8443"])
    expect(safeReturnPath("/onboarding?step=repo", returnPlacesOn(origin))).toBe("/onboarding?step=repo");
});

/** Pieces that addresses and attacks are made of, so that a random string often comes close to an accepted one. */
const piece = fc.oneof(
  fc.constantFrom(...places.prefixes, ...places.prefixes.map((prefix) => `${prefix}/`)),
  fc.constantFrom(
    "/",
    "\\",
    ".",
    "..",
    "?",
    "#",
    "@",
    ":",
    "//",
    "&",
    "=",
    "a",
    "x1",
    "+",
    "%",
    ";",
    "\t",
    "\r\n",
    " ",
  ),
  fc.constantFrom("%2e", "%2E", "%2f", "%5c", "%25", "%252e", "%40", "%3f", "%23", "%20", "%00", "%E2%80%A5", "%C2%A0"),
  fc.constantFrom(
    "evil.com",
    "https:",
    "javascript:",
    "callback",
    "integrations/github/",
    "\uFF0F",
    "\u3002",
    "\u202E",
  ),
  fc.string({ unit: "binary", maxLength: 3 }),
);
const address = fc
  .tuple(fc.constantFrom("", ...places.prefixes), fc.array(piece, { maxLength: 8 }))
  .map(([first, rest]) => first + rest.join(""));

/** The text, and what up to three more decodings make of it. */
function readings(text: string): string[] {
  const found = [text];
  try {
    for (let round = 0; round < 3; round++) found.push(decodeURIComponent(found.at(-1) ?? ""));
  } catch {
    // What is not well formed any more is decoded by nobody.
  }
  return found.flatMap((reading) => [reading, reading.normalize("NFKC")]);
}

test("nothing that is accepted leaves the origin or its prefix, as it is or after up to three more decodings", () => {
  let accepted = 0;
  fc.assert(
    fc.property(address, (value) => {
      const path = safeReturnPath(value, places);
      if (path === null) return;
      accepted += 1;
      for (const reading of readings(path)) {
        const url = new URL(reading, places.origin);
        expect(url.origin).toBe(places.origin);
        expect(places.prefixes.some((it) => url.pathname === it || url.pathname.startsWith(`${it}/`))).toBe(true);
        expect(url.pathname).not.toMatch(/^\/integrations\/github\/(?:install|callback|confirm)(?:\/|$)/i);
        expect(reading).not.toMatch(/[\u0000-\u001f\u007f\\@]|^\/\//);
      }
    }),
    { numRuns: 10_000 },
  );
  expect(accepted).toBeGreaterThan(250);
});
