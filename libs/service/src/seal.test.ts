import { expect, test } from "vitest";
import { SealError, sealer } from "./seal.ts";

const key = "0123456789abcdef".repeat(4);
const other = "f".repeat(64);
const flipped = (text: string) => `${text.startsWith("A") ? "B" : "A"}${text.slice(1)}`;

test.each(["sk-1234567890abcd", "", "ä€😀\nsecond line", "x".repeat(40_000)])(
  "what was sealed is opened: %.20s",
  (text) => {
    const { sealed } = sealer(key).seal(text);
    expect(sealer(key.toUpperCase()).open(sealed)).toBe(text);
    expect(sealed.split(text === "" ? "none" : text)).toHaveLength(1);
    expect(sealed.length).toBeLessThan(60_000);
  },
);

test("the same text is sealed differently each time", () => {
  const one = sealer(key);
  expect(one.seal("the same").sealed).not.toBe(one.seal("the same").sealed);
});

test.each([
  ["sk-1234567890abcd", "****abcd"],
  ["123456789012", "****9012"],
  ["12345678901", "****"],
  ["", "****"],
  ["-----BEGIN KEY-----\nxyz\n", "****"],
  ["a key that ends in blanks 1234  \n", "****1234"],
  ["twelve 😀😀😀😀😀😀😀", "****😀😀😀😀"],
])("of %j people are shown %s", (text, hint) => {
  expect(sealer(key).seal(text).hint).toBe(hint);
});

test("another key is told by name, with both keys' marks and without the value", () => {
  const { sealed } = sealer(key).seal("sk-1234567890abcd");
  expect(() => sealer(other).open(sealed)).toThrow(SealError);
  expect(() => sealer(other).open(sealed)).toThrow(
    /another key than GASTOWN_SECRET_KEY \([0-9a-f]{8}, this one is [0-9a-f]{8}\)/,
  );
});

test("what was changed since is not opened", () => {
  const { sealed } = sealer(key).seal("sk-1234567890abcd");
  const [version, id, iv = "", hidden = ""] = sealed.split(".");
  for (const changed of [
    [version, id, iv, flipped(hidden)],
    [version, id, flipped(iv), hidden],
    [version, id, iv, ""],
  ])
    expect(() => sealer(key).open(changed.join("."))).toThrow("changed since it was sealed");
  for (const none of ["", "v1.x", `v2.${id}.${iv}.${hidden}`, "sk-clear"])
    expect(() => sealer(key).open(none)).toThrow("not a sealed value");
});

test("what cannot be a key, and what is too large, are refused", () => {
  for (const wrong of ["", "abc", `${key}00`, key.replace("0", "g")])
    expect(() => sealer(wrong)).toThrow(/GASTOWN_SECRET_KEY must be 64 hexadecimal/);
  expect(() => sealer(key).seal("ä".repeat(20_001))).toThrow(/40000 bytes/);
});
