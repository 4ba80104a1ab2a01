import { beadId, rigId } from "@gastown/contracts";
import { expect, test } from "vitest";
import { suggestRig } from "./suggest-rig.ts";

test.each([
  ["https://github.com/acme/app", { rig: "app", prefix: "ap" }],
  ["https://github.com/Acme/Web-Shop.git", { rig: "web-shop", prefix: "ws" }],
  ["git@github.com:acme/big_data.api", { rig: "big-data-api", prefix: "bd" }],
  ["/srv/git/site/", { rig: "site", prefix: "si" }],
  ["https://github.com/acme/7zip-9", { rig: "7zip-9", prefix: "zi" }],
  ["https://github.com/acme/x", { rig: "x", prefix: "" }],
  ["https://github.com/acme/---", { rig: "", prefix: "" }],
  [`https://github.com/acme/${"long-".repeat(20)}`, { rig: "long-long-long-long-long-long-lo", prefix: "ll" }],
  ["", { rig: "", prefix: "" }],
])("%s", (source, suggested) => {
  expect(suggestRig(source)).toEqual(suggested);
  expect(suggested.rig === "" || rigId.safeParse(suggested.rig).success).toBe(true);
  expect(suggested.prefix === "" || beadId.safeParse(`${suggested.prefix}-1`).success).toBe(true);
});
