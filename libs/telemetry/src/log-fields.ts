import { AsyncLocalStorage } from "node:async_hooks";

const fields = new AsyncLocalStorage<object>();

/**
 * Everything that is logged because of `fn`, at once or later, has these fields besides; what nobody handled is told with them too,
 * because a rejected promise remembers where it was made (R4, R11: every line says whose it is).
 */
export function withLogFields<T>(more: object, fn: () => T): T {
  return fields.run({ ...fields.getStore(), ...more }, fn);
}

/** The fields of what goes on just now. */
export function currentLogFields(): object {
  return fields.getStore() ?? {};
}
