import { join } from "node:path";

/** What differs between the programs that speak opencode's HTTP API (runtime.md §1: kilo's is a superset). */
export interface Flavour {
  readonly name: "opencode" | "kilo";
  /** The npm package that holds the binary itself; the wrapper package is one more process to lose. */
  readonly package: string;
  readonly binary: string;
  /** The version our tests run against. */
  readonly testedVersion: string;
  readonly envPrefix: string;
  /** Its folder below each XDG folder, and its user name for basic authentication. */
  readonly folder: string;
  readonly agent: string;
  readonly plugin: string;
  readonly env: Readonly<Record<string, string>>;
  /** Whether a lost connection to the model makes it wait for the public internet (runtime.md §2, T3). */
  readonly goesOffline: boolean;
}

export const flavours: Readonly<Record<Flavour["name"], Flavour>> = {
  opencode: {
    name: "opencode",
    package: "opencode-linux-x64",
    binary: "bin/opencode",
    testedVersion: "1.18.33",
    envPrefix: "OPENCODE",
    folder: "opencode",
    agent: "build",
    plugin: "@opencode-ai/plugin",
    env: {},
    goesOffline: false,
  },
  kilo: {
    name: "kilo",
    package: "@kilocode/cli-linux-x64",
    binary: "bin/kilo",
    testedVersion: "7.7.7",
    envPrefix: "KILO",
    folder: "kilo",
    agent: "code",
    plugin: "@kilocode/plugin",
    env: {
      KILO_TELEMETRY_LEVEL: "off",
      KILO_DISABLE_SESSION_INGEST: "1",
      KILO_DISABLE_PRESENCE: "1",
      KILO_DISABLE_CODEBASE_INDEXING: "1",
      KILO_NO_DAEMON: "1",
    },
    goesOffline: true,
  },
};

/** Switches that keep a program from reaching for the network or for code in the repository it works on (runtime.md §1). */
export function offlineSwitches(flavour: Flavour): Record<string, string> {
  const off = [
    "MODELS_FETCH",
    "AUTOUPDATE",
    "LSP_DOWNLOAD",
    "PROJECT_CONFIG",
    "DEFAULT_PLUGINS",
    "SHARE",
    "EMBEDDED_WEB_UI",
    "CLAUDE_CODE",
    "EXTERNAL_SKILLS",
  ];
  return { ...Object.fromEntries(off.map((name) => [`${flavour.envPrefix}_DISABLE_${name}`, "1"])), ...flavour.env };
}

/** The file below an agent's home that holds its sessions. */
export function databaseOf({ folder }: Flavour, home: string): string {
  return join(home, "data", folder, `${folder}.db`);
}
