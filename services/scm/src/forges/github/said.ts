import { z } from "zod";
import { redactTokens } from "./redact-tokens.ts";

const refusal = z.object({
  message: z.string(),
  errors: z.array(z.union([z.string(), z.object({ message: z.string().optional() })])).optional(),
});

/** GitHub's own words in a refusal, for people; never to decide by. */
export function messageOf(body: unknown): string {
  const said = refusal.safeParse(body);
  if (!said.success) return "no reason told";
  const { message, errors = [] } = said.data;
  const details = errors.flatMap((error) => (typeof error === "string" ? error : (error.message ?? [])));
  return redactTokens([message, ...details].join("; "));
}
