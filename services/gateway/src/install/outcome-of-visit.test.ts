import { expect, test } from "vitest";
import { claimOf } from "./outcome-of-visit.ts";

const whole = { installation_id: "77", setup_action: "install", code: "c0de" };
const claim = { action: "install", installation: "77", code: "c0de" };

test.each<[string, Record<string, string>, ReturnType<typeof claimOf> | object]>([
  ["an installation", whole, claim],
  ["a change", { ...whole, setup_action: "update" }, { ...claim, action: "update" }],
  ["no action is an installation", { installation_id: "77", code: "c0de" }, claim],
  ["no installation", { setup_action: "install", code: "c0de" }, "missing_installation_id"],
  ["a number that is none", { ...whole, installation_id: "77;drop" }, "missing_installation_id"],
  ["a path for a number", { ...whole, installation_id: "../../user" }, "missing_installation_id"],
  ["zero", { ...whole, installation_id: "0" }, "missing_installation_id"],
  ["an action nobody knows", { ...whole, setup_action: "explode" }, "installation_failed"],
  ["no code", { installation_id: "77", setup_action: "install" }, "missing_code"],
  ["an empty code", { ...whole, code: "" }, "missing_code"],
])("%s", (_, query, said) => {
  expect(claimOf(query)).toEqual(said);
});
