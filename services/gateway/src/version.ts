import { readFileSync } from "node:fs";
import { z } from "zod";

const manifest = z.object({ version: z.string().default("0.0.0") });

/** The version of this package. */
export const version = manifest.parse(
  JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")),
).version;
