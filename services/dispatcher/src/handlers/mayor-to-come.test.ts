import { SealError } from "@gastown/service";
import { expect, test } from "vitest";
import { aMayorJob, aTown, aWish } from "../domain/test/builders.ts";
import { mayorToCome } from "./mayor-to-come.ts";

const open = (sealed: string): string => {
  if (sealed === "broken") throw new SealError("it was sealed with another key");
  return `open ${sealed}`;
};
const mayor = aMayorJob("gt-2", 4);

test("a wished mayor is what a new container gets ready for, its variables in clear and nothing sealed", () => {
  const job = { ...mayor, env: { API: { sealed: "s1", hint: "" } } };
  const town = aTown({ wishes: [aWish("gt-1"), aWish("gt-2", { generation: 4, job })] });
  expect(mayorToCome({ open }, town)).toEqual({ ...mayor, env: {}, variables: { API: "open s1" } });
});

test("nothing is got ready when no mayor is wished, or when its variables cannot be opened", () => {
  expect(mayorToCome({ open }, aTown({ wishes: [aWish("gt-1")] }))).toBeNull();
  const job = { ...mayor, env: { API: { sealed: "broken", hint: "" } } };
  expect(mayorToCome({ open }, aTown({ wishes: [aWish("gt-2", { job })] }))).toBeNull();
});
