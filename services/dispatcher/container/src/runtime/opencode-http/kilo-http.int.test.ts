import { describe } from "vitest";
import { kiloBinary } from "../../test/kilo-binary.ts";
import { silentLogger as logger } from "../../test/silent-logger.ts";
import { longMs } from "../../test/world.ts";
import { agentRuntimeSuite } from "../agent-runtime.suite.ts";
import { createOpencodeHttp } from "./opencode-http.ts";

describe.skipIf(kiloBinary === null)(
  "kilo (npm ci --prefix services/dispatcher/container/programs installs it)",
  () => {
    const agentBin = kiloBinary ?? undefined;
    agentRuntimeSuite(() => createOpencodeHttp({ flavour: "kilo", agentBin, startMs: longMs, logger }));
  },
);
