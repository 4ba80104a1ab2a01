/** Where people may be sent back to: pages below these prefixes, on this origin. */
export interface ReturnPlaces {
  /** Scheme, host and port: `https://gastown.example.org`. */
  readonly origin: string;
  /** First parts of pages' paths, each with a slash before it and none after it. */
  readonly prefixes: readonly string[];
}

/** The rules of scm §6, by their names there. */
type ReturnPathRule = "R1" | "R2" | "R3" | "R4" | "R5" | "R6" | "R7" | "R8" | "R9";

export type JudgedReturnPath =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly rule: ReturnPathRule; readonly reason: string };

/** The parts of an address, as they stand in it. */
interface Parts {
  readonly whole: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

type Broken = readonly [ReturnPathRule, string];
type Check = (parts: Parts, places: ReturnPlaces) => Broken | null;

const longest = 512;
/** The alphabets of scm §6 R3; what is not in them has to be written as an escape. */
const alphabets = {
  path: /^[A-Za-z0-9_.~%/-]*$/,
  query: /^[A-Za-z0-9_.~%=&+,-]*$/,
  fragment: /^[A-Za-z0-9_-]*$/,
} as const;
/** An escape, `%u002f` of old servers too. */
const escape = /%(?:[0-9a-f]{2}|u[0-9a-f]{4})/i;
/**
 * Slashes, backslashes, full stops of other scripts, and the line breaks, invisible and direction marks of Unicode: what is
 * read as something else by a parser or by a person.
 */
const deceiving = /[/\\@\u2044\u2215\u2216\u29F5\u29F8\u3002\uFF61\p{C}\p{Zl}\p{Zp}]|:\/\//u;
/** What a browser takes for an address of its own: `javascript:`, `https:`. */
const scheme = /^\s*[a-z][a-z0-9+.-]*:/i;
/** Pages that are no place to come back to: the flow itself would begin or end again (scm §6 R9). */
const neverTargets = ["/integrations/github/install", "/integrations/github/callback", "/integrations/github/confirm"];

function partsOf(whole: string): Parts {
  const [beforeFragment = "", ...fragments] = whole.split("#");
  const [path = "", ...queries] = beforeFragment.split("?");
  return { whole, path, query: queries.join("?"), fragment: fragments.join("#") };
}

/** What the escapes stand for, in its most ordinary form (NFKC); null when they are not well formed. */
function plainOf(text: string): string | null {
  try {
    return decodeURIComponent(text).normalize("NFKC");
  } catch {
    return null;
  }
}

const checkShape: Check = ({ whole }) => {
  if (/^\/[/\\]/.test(whole) || !whole.startsWith("/")) return ["R2", "must begin with one slash"];
  return /^\/[?#]|^\/$/.test(whole) ? ["R2", "must name a page"] : null;
};

const checkAt: Check = ({ whole }) => (whole.includes("@") ? ["R7", "must not have an @"] : null);

const checkAlphabet: Check = (parts) => {
  for (const part of ["path", "query", "fragment"] as const)
    if (!alphabets[part].test(parts[part])) return ["R3", `the ${part} has a character that is not allowed there`];
  return null;
};

const checkSegments: Check = ({ path }) =>
  path.slice(1).split("/").slice(0, -1).includes("") ? ["R4", "must have no empty segment"] : null;

/** A parser may cut the path at a decoded `?` or `#`, and drops blanks at its end: what is left may not be dots. */
function isDots(segment: string): boolean {
  return segment.split(/[?#]/).some((piece) => [".", ".."].includes(piece.trim()));
}

const checkDots: Check = ({ path }) =>
  path.split("/").some((segment) => isDots(plainOf(segment) ?? segment)) ? ["R5", "must have no dot segment"] : null;

function brokenEscape(text: string): Broken | null {
  const plain = plainOf(text);
  if (plain === null) return ["R6", "has an escape that is not well formed"];
  if (escape.test(plain)) return ["R6", "has an escape inside an escape"];
  return deceiving.test(plain) ? ["R6", "has an escape of a character that can mislead"] : null;
}

/** A redirector that reads the value could be sent elsewhere by it. */
function isAddress(value: string): boolean {
  return scheme.test(value) || isDots(value);
}

const checkEscapes: Check = ({ path, query }) => {
  const broken = path
    .split("/")
    .map(brokenEscape)
    .find((found) => found !== null);
  if (broken !== undefined) return broken;
  for (const field of query.split(/[&=]/)) {
    const spaced = field.replaceAll("+", " ");
    const found = brokenEscape(spaced);
    if (found !== null) return found;
    if (isAddress(plainOf(spaced) ?? "")) return ["R6", "has an address inside its query"];
  }
  return null;
};

const checkUrl: Check = ({ whole, path }, { origin }) => {
  const url = new URL(whole, origin);
  const same = url.origin === new URL(origin).origin && url.username === "" && url.password === "";
  return same && url.pathname === path ? null : ["R8", "is not the same address to a browser"];
};

function isBelow(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`);
}

const checkPlace: Check = ({ path }, { prefixes }) => {
  if (!prefixes.some((prefix) => isBelow(path, prefix))) return ["R9", "is no page of ours"];
  const plain = (plainOf(path) ?? path).toLowerCase();
  return neverTargets.some((target) => isBelow(plain, target)) ? ["R9", "would begin the flow again"] : null;
};

const checks: readonly Check[] = [
  checkShape,
  checkAt,
  checkAlphabet,
  checkSegments,
  checkDots,
  checkEscapes,
  checkUrl,
  checkPlace,
];

/**
 * Whether somebody may be sent back to this address of ours, which comes from outside: rules R1–R9 of scm §6. `value` is what
 * is left after one decoding of the query it came in. Says the first rule it breaks and why; never throws for what is in `value`.
 */
export function judgeReturnPath(value: unknown, places: ReturnPlaces): JudgedReturnPath {
  if (typeof value !== "string" || value.length === 0 || value.length > longest)
    return { ok: false, rule: "R1", reason: `must be a text of 1 to ${longest} characters` };
  const parts = partsOf(value);
  for (const check of checks) {
    const broken = check(parts, places);
    if (broken !== null) return { ok: false, rule: broken[0], reason: broken[1] };
  }
  return { ok: true, path: value };
}

/** The address when it keeps the rules R1–R9 of scm §6 (`judgeReturnPath`), else null. */
export function safeReturnPath(value: unknown, places: ReturnPlaces): string | null {
  const judged = judgeReturnPath(value, places);
  return judged.ok ? judged.path : null;
}
