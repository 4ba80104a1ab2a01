import { runProcess } from "@gastown/service/run-process";
import { configFromEnv } from "./config.ts";
import { start } from "./wiring.ts";

await runProcess({ name: "gateway", configFromEnv, start });
