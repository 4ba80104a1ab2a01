import { runProcess } from "@gastown/service";
import { configFromEnv } from "./config.ts";
import { start } from "./wiring.ts";

await runProcess({ name: "town", configFromEnv, start });
