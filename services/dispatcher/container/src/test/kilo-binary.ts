import { installedBinary } from "../runtime/opencode-http/agent-binary.ts";
import { flavours } from "../runtime/opencode-http/flavours.ts";

/**
 * Kilo's program: the one in `GASTOWN_KILO_BIN`, else the one of `npm ci --prefix services/dispatcher/container/programs`, which
 * continuous integration installs. Null without either: it is 227 MB, so it is not installed with everything else.
 */
export const kiloBinary: string | null = process.env["GASTOWN_KILO_BIN"] ?? installedBinary(flavours.kilo);
