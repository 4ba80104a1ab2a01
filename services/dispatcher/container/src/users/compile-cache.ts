import { getCompileCacheDir } from "node:module";
import { dirname } from "node:path";

/**
 * For the environment of a Node that is started: it needs a third of the time where what it is made of was compiled before. Empty where
 * this process knows no such folder. In a container it is the image's, which only who makes the image writes (docs/decisions/0023).
 */
export function compileCache(): { NODE_COMPILE_CACHE?: string } {
  // The folder in use is one of Node's version and of the user, inside the one that is named.
  const folder = getCompileCacheDir();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}
