import { usePostgres } from "@gastown/testkit";
import { forgeContract } from "./forge-contract.suite.ts";
import { localForge } from "./local-world.suite.ts";

forgeContract(localForge(usePostgres()));
