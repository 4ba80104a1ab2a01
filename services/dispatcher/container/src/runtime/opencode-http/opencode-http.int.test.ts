import { silentLogger as logger } from "../../test/silent-logger.ts";
import { longMs } from "../../test/world.ts";
import { agentRuntimeSuite } from "../agent-runtime.suite.ts";
import { createOpencodeHttp } from "./opencode-http.ts";

agentRuntimeSuite(() => createOpencodeHttp({ flavour: "opencode", startMs: longMs, logger }));
