import { z } from "zod";

/** A model for each role; null or absent: the next wider setting (rig's role, rig, town's role, town, installation). */
const roleModel = z.string().min(1).max(200).nullable().optional();
export const roleModels = z.strictObject({ mayor: roleModel, refinery: roleModel, polecat: roleModel });
export type RoleModels = z.infer<typeof roleModels>;

/** What is said to each role besides its prompt (kilo-town §1.12: at most 2,000 characters); empty removes it. */
const roleText = z.string().max(2_000).optional();
export const roleInstructions = z.strictObject({ mayor: roleText, refinery: roleText, polecat: roleText });
export type RoleInstructions = z.infer<typeof roleInstructions>;

/**
 * The name of a variable agents are given. Names that steer the host, git or the loader are refused: such a variable would
 * undo the isolation of agents.
 */
export const envName = z
  .string()
  .regex(/^[A-Z_][A-Z0-9_]{0,63}$/, "must be 1-64 of A-Z, 0-9 and '_', and not begin with a digit")
  .refine((name) => !/^(?:GASTOWN_|OPENCODE_|KILO_|GIT_|LD_|NODE_|PATH$|HOME$|SHELL$|USER$)/.test(name), {
    message: "is reserved",
  });

/**
 * A value sealed with the installation's key before it is sent anywhere (AES-256-GCM): commands, the log and the database
 * never hold it in clear. `hint` is what people are shown: four stars and at most its last four characters.
 */
export const sealedValue = z.object({
  sealed: z.string().max(60_000),
  hint: z.string().regex(/^\*{4}.{0,4}$/u),
});
export type SealedValue = z.infer<typeof sealedValue>;

/** Changes to variables: null removes one, names not given stay. */
export const envChange = z.record(envName, sealedValue.nullable());
export type EnvChange = z.infer<typeof envChange>;

/** Variables as people see them: name and hint. */
export const envView = z.record(envName, z.string());
