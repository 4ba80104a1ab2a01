import { sameValue } from "./same-value.ts";

type Given<T> = { [F in keyof T]?: Exclude<T[F], undefined> };

/** The given fields whose value is another than that of `stored`; a field that is undefined was not given. */
export function differing<T extends object>(stored: object, given: T): Given<T> {
  const old = stored as Readonly<Record<string, unknown>>;
  const fields = Object.entries(given).filter(([name, value]) => value !== undefined && !sameValue(value, old[name]));
  return Object.fromEntries(fields) as Given<T>;
}
