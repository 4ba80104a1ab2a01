import { afterAll } from "vitest";
import { endFile } from "./at-end-of-file.ts";

// A `setupFiles` of vitest: run for every test file, also where files share their modules.
afterAll(endFile);
