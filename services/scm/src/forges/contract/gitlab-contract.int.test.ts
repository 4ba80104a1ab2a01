import { forgeContract } from "./forge-contract.suite.ts";
import { gitlabForge } from "./gitlab-world.suite.ts";

forgeContract(gitlabForge);
