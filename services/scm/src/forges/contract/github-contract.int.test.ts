import { forgeContract } from "./forge-contract.suite.ts";
import { githubForge } from "./github-world.suite.ts";

forgeContract(githubForge);
