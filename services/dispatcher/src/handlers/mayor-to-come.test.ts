import { SealError } from "@gastown/service";
import { expect, test } from "vitest";
import { aMayorJob, aTown } from "../domain/test/builders.ts";
import { mayorToCome } from "./mayor-to-come.ts";

const open = (sealed: string): string => {
  if (sealed === "broken") throw new SealError("it was sealed with another key");
  return `open ${sealed}`;
};
const mayor = aMayorJob("gt-2", 4);
const withVariable = (sealed: string) =>
  aTown({ mayor: { job: { ...mayor, env: { API: { sealed, hint: "" } } }, readyIn: null } });

test("the mayor is what a container gets ready for, its variables in clear and nothing sealed", () => {
  expect(mayorToCome({ open }, withVariable("s1"))).toEqual({ ...mayor, env: {}, variables: { API: "open s1" } });
});

test("nothing is got ready when the town has no mayor, or when its variables cannot be opened", () => {
  expect(mayorToCome({ open }, aTown())).toBeNull();
  expect(mayorToCome({ open }, withVariable("broken"))).toBeNull();
});
