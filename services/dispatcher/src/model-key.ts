import { readFileSync, watch } from "node:fs";
import { dirname } from "node:path";
import type { Logger } from "@gastown/telemetry";

/** The installation's key for the model service: the one that counts now. */
export interface ModelKey {
  /** Null: the service needs none. */
  current(): string | null;
  /** Nothing is watched any more. */
  close(): void;
}

/** A file's text without the line break at its end; null when there is nothing to read: whoever replaces it is not through. */
function readKey(path: string, logger: Logger): string | null {
  try {
    const text = readFileSync(path, "utf8").replace(/\r?\n$/, "");
    if (text !== "") return text;
    logger.warn({ path }, "the file of the model key is empty: the key stays as it was");
  } catch (error) {
    logger.warn({ path, error }, "the file of the model key cannot be read: the key stays as it was");
  }
  return null;
}

/**
 * The key as configuration has it. One that is in a file is read again whenever something in its folder changes, so that a key can be replaced
 * while agents run; `changed` is called then. One that is in the environment changes with a restart.
 */
export function watchModelKey(
  given: { modelKey?: string | undefined; modelKeyFile?: string | undefined },
  { changed, logger }: { changed: () => void; logger: Logger },
): ModelKey {
  let key = given.modelKey ?? null;
  const { modelKeyFile: path } = given;
  if (path === undefined) return { current: () => key, close: () => undefined };
  const readAgain = (): void => {
    const found = readKey(path, logger);
    if (found === null || found === key) return;
    key = found;
    logger.info({ path }, "the key of the model service was replaced");
    changed();
  };
  // The folder, not the file: what is replaced as a whole (an editor, a mounted secret) is another file afterwards.
  const watcher = watch(dirname(path), { persistent: false }, readAgain);
  watcher.on("error", (error) => logger.error({ path, error }, "the file of the model key is not watched any more"));
  readAgain();
  return { current: () => key, close: () => watcher.close() };
}
