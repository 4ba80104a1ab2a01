import { expect, test } from "vitest";
import { shareInFlight } from "./share-in-flight.ts";

/** Work that ends when it is told to, and how often it was begun. */
function setUp() {
  const begun: PromiseWithResolvers<string>[] = [];
  const ask = shareInFlight(() => {
    const one = Promise.withResolvers<string>();
    begun.push(one);
    return one.promise;
  });
  return { begun, ask };
}

test("who asks while it is under way gets the same, who asks later something new", async () => {
  const { begun, ask } = setUp();
  const asked = Array.from({ length: 10 }, () => ask());
  begun[0]?.resolve("first");
  expect(new Set(await Promise.all(asked))).toEqual(new Set(["first"]));
  expect(begun).toHaveLength(1);

  const later = ask();
  begun[1]?.resolve("second");
  expect(await later).toBe("second");
});

test("what failed is told to all who waited, and begun anew", async () => {
  const { begun, ask } = setUp();
  const asked = [ask(), ask()];
  begun[0]?.reject(new Error("no engine"));
  expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  void ask();
  expect(begun).toHaveLength(2);
});
