import { installedBinary } from "../runtime/opencode-http/agent-binary.ts";
import { flavours } from "../runtime/opencode-http/flavours.ts";

/**
 * Kilo's program: the one in `GASTOWN_KILO_BIN`, else the one of `npm ci --prefix services/dispatcher/container/programs`. Null without
 * either: it is 227 MB and its suite takes a minute, so continuous integration has neither, and says so.
 */
export const kiloBinary: string | null = process.env["GASTOWN_KILO_BIN"] ?? installedBinary(flavours.kilo);
