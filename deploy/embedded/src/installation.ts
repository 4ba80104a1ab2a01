import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createLogger, type Logger } from "@gastown/telemetry";
import { openPorts, type Ports } from "./state/ports.ts";
import { loadSecrets, type Secrets } from "./state/secrets.ts";
import type { StateDir } from "./state/state-dir.ts";

/** What every part of the start works with. */
export interface Installation {
  state: StateDir;
  ports: Ports;
  secrets: Secrets;
  env: Record<string, string | undefined>;
  /** Tells a person one thing. */
  say: (line: string) => void;
  logger: Logger;
  /** A log of its own in `logs/`, appended to. */
  logFile: (name: string) => { path: string; fd: number };
  /** The structured log of one service. */
  loggerOf: (service: string) => Logger;
  closeLogs: () => void;
}

/** Opens what is kept in a state folder that is locked by this process. */
export async function openInstallation(
  state: StateDir,
  given: Pick<Installation, "env" | "say">,
): Promise<Installation> {
  const files = new Map<string, { path: string; fd: number }>();
  const folder = state.file("logs");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const logFile = (name: string) => {
    const path = join(folder, `${name}.log`);
    const file = files.get(name) ?? { path, fd: openSync(path, "a", 0o600) };
    files.set(name, file);
    return file;
  };
  const level = given.env["LOG_LEVEL"] ?? "info";
  const loggerOf = (service: string): Logger => {
    const { fd } = logFile(service);
    return createLogger(service, { level, destination: { write: (line: string) => void writeSync(fd, line) } });
  };
  return {
    ...given,
    state,
    ports: await openPorts(state),
    secrets: await loadSecrets(state),
    logger: loggerOf("embedded"),
    logFile,
    loggerOf,
    closeLogs: () => {
      for (const { fd } of files.values()) closeSync(fd);
      files.clear();
    },
  };
}
