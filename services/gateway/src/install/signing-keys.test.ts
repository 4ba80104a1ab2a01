import { expect, test } from "vitest";
import { createSigner } from "./signer.ts";
import { signingKeysOf } from "./signing-keys.ts";

const key = { id: "v3", secret: Buffer.alloc(32, 1) };
const secretKey = "5e".repeat(32);

test("what is configured goes first, then the key for secrets, which all replicas have", () => {
  expect(signingKeysOf({ signingKeys: [key], secretKey })).toEqual([key]);
  expect(signingKeysOf({ secretKey })).toEqual([{ id: "v1", secret: Buffer.from(secretKey, "hex") }]);
  expect(signingKeysOf({ signingKeys: [], secretKey })).toHaveLength(1);
});

test("without any, each process has one of its own", () => {
  const signed = createSigner(signingKeysOf({}), "x").sign({ a: 1 });
  expect(createSigner(signingKeysOf({}), "x").open(signed)).toBeNull();
});
