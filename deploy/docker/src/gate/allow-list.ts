/** A destination. */
export interface Destination {
  readonly host: string;
  readonly port: number;
}

interface Rule {
  /** A host's name, or `.suffix` for all names below one. */
  readonly host: string;
  readonly port: number;
  /** Where it really is, when its name is one of ours. */
  readonly real: Destination | null;
}

/** What agents' containers may reach. */
export interface AllowList {
  /** Where a connection to it goes; null when it may not be reached. */
  find(asked: Destination): Destination | null;
}

/** As `find`, for one address written `host:port`; throws on anything else. */
export function parseDestination(text: string): Destination {
  const [, host, digits] = /^([^\s:/@]+):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (host === undefined || port < 1 || port > 65_535) throw new Error(`"${text}" is not host:port`);
  return { host: host.toLowerCase(), port };
}

/**
 * Reads a list of what may be reached: `host:port`, `*.domain:port` for all names below the domain (not itself), and
 * `name:port=host:port` for a name that only agents know. Separated by commas. Throws on what is none of these, also on `*` alone.
 */
export function parseAllowList(text: string): AllowList {
  const rules = text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map(parseRule);
  return {
    find(asked) {
      const host = asked.host.toLowerCase();
      const rule = rules.find((one) => one.port === asked.port && matches(one.host, host));
      return rule === undefined ? null : (rule.real ?? { host, port: asked.port });
    },
  };
}

function parseRule(text: string): Rule {
  const [name = "", real, ...more] = text.split("=");
  try {
    const { host, port } = parseDestination(name);
    if (more.length > 0 || host.replace(/^\*\./, "").includes("*")) throw new Error("it is none of them");
    if (real === undefined) return { host: host.startsWith("*.") ? host.slice(1) : host, port, real: null };
    if (host.startsWith("*")) throw new Error("many names have no one place");
    return { host, port, real: parseDestination(real) };
  } catch (cause) {
    throw new Error(`"${text}" is none of host:port, *.domain:port and name:port=host:port`, { cause });
  }
}

function matches(rule: string, host: string): boolean {
  return rule.startsWith(".") ? host.length > rule.length && host.endsWith(rule) : host === rule;
}
