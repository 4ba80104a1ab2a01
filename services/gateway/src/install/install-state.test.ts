import { describe, expect, test } from "vitest";
import { isSameNonce, readState, writeState, type InstallState } from "./install-state.ts";
import { createSigner } from "./signer.ts";

const signer = createSigner([{ id: "v1", secret: Buffer.alloc(32, 7) }], "github install state");
const now = new Date("2026-11-22T12:00:00Z");
const seconds = now.getTime() / 1_000;
const state: InstallState = {
  n: "AAAAAAAAAAAAAAAAAAAAAA",
  u: "bootstrap",
  o: "acme",
  r: "/onboarding?step=repo",
  exp: seconds + 1_800,
};

test("says what was written", () => {
  expect(readState(signer, writeState(signer, state), now)).toEqual({ ok: true, state });
  const bare = { ...state, o: "_", r: null };
  expect(readState(signer, writeState(signer, bare), now)).toEqual({ ok: true, state: bare });
});

describe("is refused", () => {
  const rows: [string, string, string][] = [
    ["when its time is over", "state_expired", writeState(signer, { ...state, exp: seconds })],
    ["when it is not signed", "state_tampered", `v1.${Buffer.from(JSON.stringify(state)).toString("base64url")}.`],
    [
      "when it is signed for another purpose",
      "state_tampered",
      createSigner([{ id: "v1", secret: Buffer.alloc(32, 7) }], "session").sign(state),
    ],
    ["when a part is missing", "state_tampered", signer.sign({ ...state, o: undefined })],
    ["when it says more than it may", "state_tampered", signer.sign({ ...state, admin: true })],
    ["when its owner is none", "state_tampered", signer.sign({ ...state, o: "org_1|return=/x" })],
    ["when it is empty", "state_tampered", ""],
  ];
  test.each(rows)("%s: %s", (_, why, text) => {
    expect(readState(signer, text, now)).toEqual({ ok: false, why });
  });
});

test.each([
  ["the same", state.n, true],
  ["another", "BAAAAAAAAAAAAAAAAAAAAA", false],
  ["longer", `${state.n}A`, false],
  ["empty", "", false],
  ["none", undefined, false],
])("the browser's cookie is %s", (_, cookie, same) => {
  expect(isSameNonce(state, cookie)).toBe(same);
});
