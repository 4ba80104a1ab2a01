import { findDockerEngine } from "@gastown/testkit";
import { beforeAll, describe, test } from "vitest";
import { describeContainerRuntime } from "./container-runtime.suite.ts";
import { agentImage, makeTestImage, openDockerWorld } from "./test/docker-world.ts";

const engine = await findDockerEngine([agentImage]);

if (engine.host === null) {
  // Shown as skipped, by its reason: never as passed.
  describe("container runtime docker", () => test.skip(`SKIPPED: ${engine.missing}`));
} else {
  const { host } = engine;
  beforeAll(() => makeTestImage(host));
  describeContainerRuntime("docker", () => openDockerWorld(host));
}
