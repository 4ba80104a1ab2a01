import { writeHome, type HomeSeed } from "../../runtime/write-home.ts";

/** An agent program finds in its home what it is to find there. */
export function seedHome(seed: HomeSeed): Promise<null> {
  writeHome(seed);
  return Promise.resolve(null);
}
