import { describe } from "vitest";
import { silentLogger as logger } from "../../test/silent-logger.ts";
import { longMs } from "../../test/world.ts";
import { agentRuntimeSuite } from "../agent-runtime.suite.ts";
import { createOpencodeHttp } from "./opencode-http.ts";

const agentBin = process.env["GASTOWN_KILO_BIN"];

// Kilo is 237 MB and not installed with us: set GASTOWN_KILO_BIN to the path of its binary to run these.
describe.skipIf(agentBin === undefined)("kilo", () => {
  agentRuntimeSuite(() => createOpencodeHttp({ flavour: "kilo", agentBin, startMs: longMs, logger }));
});
