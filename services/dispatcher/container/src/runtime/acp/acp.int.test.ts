import { agentPath } from "../../config.ts";
import { silentLogger as logger } from "../../test/silent-logger.ts";
import { longMs } from "../../test/world.ts";
import { agentRuntimeSuite } from "../agent-runtime.suite.ts";
import { createAcp } from "./acp.ts";

agentRuntimeSuite(
  () =>
    createAcp({
      program: { command: ["opencode", "acp"], profile: "opencode" },
      path: agentPath(),
      startMs: longMs,
      logger,
    }),
  {
    // Each command is asked for first, so that nothing here works without an answer.
    env: { OPENCODE_PERMISSION: JSON.stringify({ bash: "ask" }) },
    saysSystem: true,
    hidesRetries: true,
    hidesRefusals: true,
    tellsOwnModel: true,
  },
);
