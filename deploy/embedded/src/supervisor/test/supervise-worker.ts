// A supervisor of `town-worker.ts`.
import { fileURLToPath } from "node:url";
import { supervise } from "../supervise.ts";

process.exit(await supervise(process.argv.slice(2), fileURLToPath(new URL("town-worker.ts", import.meta.url))));
