import { expect, test } from "vitest";
import { createRouteTable } from "./route-table.ts";

test("a path's methods, whatever its ids", () => {
  const table = createRouteTable([
    { method: "get", path: "/v1/towns/{town}/beads" },
    { method: "post", path: "/v1/towns/{town}/beads" },
    { method: "patch", path: "/v1/towns/{town}" },
  ]);
  expect(table.methodsOf("/v1/towns/any/beads")).toEqual(["GET", "POST"]);
  expect(table.methodsOf("/v1/towns/any")).toEqual(["PATCH"]);
  expect(table.methodsOf("/v1/towns/a/b/beads")).toEqual([]);
});
