import { createLogger } from "@gastown/telemetry";

/** What deliveries in tests are signed with. */
export const secret = "a secret of the webhook";

/** Says nothing, unless TEST_LOG names a level. */
export const silent = createLogger("hooks-test", { level: process.env["TEST_LOG"] ?? "silent" });
