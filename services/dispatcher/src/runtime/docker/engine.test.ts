import { expect, test } from "vitest";
import { engineAddress, isStatus } from "./engine.ts";

test.each([
  ["unix:///var/run/docker.sock", { socketPath: "/var/run/docker.sock" }],
  ["tcp://docker:2375", { host: "docker", port: 2_375 }],
  ["tcp://10.0.0.7", { host: "10.0.0.7", port: 2_375 }],
])("%s is an engine's address", (host, address) => {
  expect(engineAddress(host)).toEqual(address);
});

test.each(["", "docker", "http://docker:2375", "unix://docker.sock", "ssh://me@docker"])("%j is none", (host) => {
  expect(() => engineAddress(host)).toThrow(`address ${host} is neither`);
});

test("what an engine answered is known by its status", () => {
  const error = Object.assign(new Error("no such container"), { statusCode: 404 });
  expect(isStatus(error, 304, 404)).toBe(true);
  expect(isStatus(error, 409)).toBe(false);
  expect(isStatus(new Error("socket hang up"), 404)).toBe(false);
});
