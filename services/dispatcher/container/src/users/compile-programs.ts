// Run once, when an image is made, with NODE_COMPILE_CACHE: what is started again and again is in that folder afterwards, compiled. It does
// one task, so that all of that program is.
import { deeds } from "./deeds.ts";

await Promise.all(Object.values(deeds).map((load) => load()));
await import("../git/git-credential.ts");
await import("../host.ts");
await import("./task-program.ts");
