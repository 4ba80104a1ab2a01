import { describeOnDocker, findDockerEngine } from "@gastown/testkit";
import { beforeAll } from "vitest";
import { describeContainerRuntime } from "./container-runtime.suite.ts";
import { agentImage, makeTestImage, openDockerWorld } from "./test/docker-world.ts";

describeOnDocker("docker", await findDockerEngine([agentImage]), (host) => {
  beforeAll(() => makeTestImage(host));
  describeContainerRuntime("docker", () => openDockerWorld(host));
});
