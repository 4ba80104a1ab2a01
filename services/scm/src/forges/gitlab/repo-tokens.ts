import { z } from "zod";
import { ScmError } from "../forge.ts";
import type { GitlabOptions } from "./gitlab-options.ts";
import type { Place } from "./place.ts";

interface RepoToken {
  readonly username: string;
  readonly password: string;
  readonly expiresAt: Date;
}

/** Credentials of single repositories, for agents. */
export interface RepoTokens {
  mint(place: Place, holder: { write: boolean }): Promise<RepoToken>;
}

const dayMs = 24 * 3_600_000;
const hourMs = 3_600_000;
const reporter = 20;
const developer = 30;

const created = z.object({ token: z.string() });

/**
 * Tokens of one project each (docs: project access tokens), as nobody but a maintainer can make them. They end at a midnight (UTC),
 * so that one is good for a day or two, and each comes with a bot user: one is made for a project and right, and used until it is
 * about to end. Where GitLab makes none, who writes is given our own token, which reaches all that its user reaches; who only
 * reads is given none.
 */
export function createRepoTokens({ token: own, logger, clock = Date.now }: GitlabOptions): RepoTokens {
  const kept = new Map<string, Promise<RepoToken>>();
  const mint = async (place: Place, write: boolean): Promise<RepoToken> => {
    // The midnight after tomorrow's: never less than a day away.
    const expiresAt = new Date(Math.ceil(clock() / dayMs) * dayMs + dayMs);
    const made = await createToken(place, { write, expiresAt });
    if (made !== null) return { username: "gastown", password: made, expiresAt };
    const { project } = place;
    logger.warn(
      { project, write },
      "GitLab makes no token of this project alone for us; ours has to have the role Maintainer there",
    );
    if (!write)
      throw new ScmError(
        "denied",
        "Our token cannot be narrowed to reading. Give its user the role Maintainer in the project.",
      );
    // Asked for again in an hour: somebody may have given us the role by then.
    return { username: "oauth2", password: own, expiresAt: new Date(clock() + 2 * hourMs) };
  };
  const isGood = (token: RepoToken) => token.expiresAt.getTime() - clock() > hourMs;
  return {
    mint(place, { write }) {
      const key = `${place.project} ${write}`;
      // Who asks while one is made waits for that one; when it failed, they make their own.
      const before = kept.get(key)?.catch(() => null) ?? Promise.resolve(null);
      const made = before.then((known) => (known !== null && isGood(known) ? known : mint(place, write)));
      kept.set(key, made);
      return made;
    },
  };
}

/** Null when GitLab does not let us, by its rules or its tier. */
async function createToken(
  { client, project, signal }: Place,
  { write, expiresAt }: { write: boolean; expiresAt: Date },
): Promise<string | null> {
  const { status, data } = await client.send({
    operation: "create project token",
    method: "POST",
    path: ["projects", project, "access_tokens"],
    body: {
      name: write ? "gastown agents" : "gastown agents (reading)",
      scopes: [write ? "write_repository" : "read_repository"],
      access_level: write ? developer : reporter,
      expires_at: expiresAt.toISOString().slice(0, "yyyy-mm-dd".length),
    },
    signal,
    answers: [400, 401, 403, 404],
  });
  const read = created.safeParse(data);
  return status < 300 && read.success ? read.data.token : null;
}
