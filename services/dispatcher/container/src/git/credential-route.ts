import type { ReplyOf, repoCredential } from "@gastown/contracts";
import type { Logger } from "@gastown/telemetry";
import { Hono } from "hono";
import { z } from "zod";
import type { Access } from "../agents/access.ts";
import { logFields } from "../agents/agent-run.ts";
import type { Errand } from "../agents/rig-stores.ts";

type RepoCredential = ReplyOf<typeof repoCredential>;

interface CredentialRouteOptions {
  access: Access;
  /** Who may ask for a credential besides: whoever fetches for a run, or brings work of an agent that is gone to the forge. */
  errands: Access<Errand>;
  /** Asks the forge for a credential of the rig, on behalf of the agent. */
  credential: (rig: string, agent: string) => Promise<RepoCredential>;
  logger: Logger;
}

const question = z.object({ protocol: z.string(), host: z.string(), path: z.string().optional() });

/** Whether git asks about the repository the credential is for: same protocol, host and path. */
export function isForRepository(asked: z.infer<typeof question>, url: string): boolean {
  const target = URL.parse(url);
  if (target === null || target.protocol !== `${asked.protocol}:` || target.host !== asked.host) return false;
  return asked.path === undefined || `/${asked.path}` === target.pathname;
}

/** Answers git's questions for credentials: an agent gets the one of its own rig's repository, and nobody gets another. */
export function credentialRoute({ access, errands, credential, logger }: CredentialRouteOptions): Hono {
  return new Hono().post("/credential", async (c) => {
    const shown = c.req.header("authorization");
    const own = access.find(shown);
    const asker = own === null ? errands.find(shown) : { run: own, rig: own.job.rig };
    if (asker === null) return c.text("this token belongs to no running agent", 401);
    const asked = question.safeParse(await c.req.json().catch(() => null));
    if (!asked.success) return c.text("the question is not one of git's", 400);
    const { rig, run } = asker;
    if (rig === null) return c.text("a mayor has no credential of any repository", 403);
    try {
      const { url, username, password } = await credential(rig.rig, run.job.agent);
      if (isForRepository(asked.data, url)) return c.json({ username, password });
    } catch (error) {
      logger.warn({ ...logFields(run), error }, "no git credential");
      return c.text("the forge gave no credential, try again", 503);
    }
    logger.warn({ ...logFields(run), host: asked.data.host }, "an agent asked for a credential of another repository");
    return c.text("this agent has no credential for that repository", 403);
  });
}
