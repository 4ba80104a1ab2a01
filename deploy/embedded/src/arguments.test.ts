import { expect, test } from "vitest";
import { parseArguments, UsageError } from "./arguments.ts";

test("what is not given has a default", () => {
  expect(parseArguments([])).toEqual({
    command: "up",
    state: ".gastown",
    port: null,
    forge: "local",
    runtime: null,
    exit: false,
    json: false,
    help: false,
  });
});

test("the demo takes its options in any order", () => {
  expect(parseArguments(["--exit", "demo", "--state", "/tmp/x", "--port=4080"])).toMatchObject({
    command: "demo",
    state: "/tmp/x",
    port: 4080,
    exit: true,
  });
});

test.each([["--port", "x"], ["--runtime", "podman"], ["--port", "0"], ["--wat"], ["down"], ["up", "again"]])(
  "%s %s is refused",
  (...argv) => {
    expect(() => parseArguments(argv)).toThrow(UsageError);
  },
);
