import { z } from "zod";

const text = z.string().min(1, "is empty");

/** The environment variables that say how NATS is reached, the same for every process; each also as the text of a file (`parseEnv`). */
export const natsEnvironment = z.object({
  NATS_URL: text.describe("where NATS is: nats://host:4222"),
  NATS_USER: text.optional().describe("on a bus whose users have passwords"),
  NATS_PASSWORD: text.optional().describe("of NATS_USER"),
  NATS_CREDENTIALS: text
    .optional()
    .describe(
      "what a .creds file of NATS holds, in the place of a user and a password; NATS_CREDENTIALS_FILE names one",
    ),
});

/** How a process reaches NATS. */
export interface NatsSettings {
  natsUrl: string;
  natsUser?: string | undefined;
  natsPassword?: string | undefined;
  /** What a `.creds` file of NATS holds, in the place of a user and a password. */
  natsCredentials?: string | undefined;
}

/** The settings that the environment gives. */
export function natsSettingsFrom(given: z.infer<typeof natsEnvironment>): NatsSettings {
  return {
    natsUrl: given.NATS_URL,
    natsUser: given.NATS_USER,
    natsPassword: given.NATS_PASSWORD,
    natsCredentials: given.NATS_CREDENTIALS,
  };
}
