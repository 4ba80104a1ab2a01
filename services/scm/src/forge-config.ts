import { readFileSync } from "node:fs";
import { parseEnv } from "@gastown/service";
import { z } from "zod";

/** How GitHub is reached, and as whom. */
export interface GithubConfig {
  /** `https://github.com`, or an Enterprise Server; no slash at the end. */
  readonly webUrl: string;
  readonly apiUrl: string;
  /** Our GitHub App; null without one. It goes before `token`. */
  readonly app: GithubAppConfig | null;
  /** A personal token, as the simple alternative. */
  readonly token: string | null;
  /** The first is the present one; the others are being replaced. Empty: no webhook is taken. */
  readonly webhookSecrets: readonly string[];
}

interface GithubAppConfig {
  readonly appId: string;
  readonly slug: string;
  /** PEM. */
  readonly privateKey: string;
  /** For people who come back from GitHub; null: installations are not linked by browser. */
  readonly client: { readonly id: string; readonly secret: string } | null;
}

export interface GitlabConfig {
  readonly url: string;
  readonly token: string;
  /** Empty: no webhook is taken. */
  readonly webhookTokens: readonly string[];
}

const url = z
  .url({ protocol: /^https?$/, message: "must be an http or https URL" })
  .transform((value) => value.replace(/\/+$/, ""));
const list = z
  .string()
  .transform((text) =>
    text
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== ""),
  )
  .optional();

/** Variables of forges elsewhere; all may be left out. */
export const forgeVariables = {
  SCM_GITHUB_URL: url.default("https://github.com"),
  SCM_GITHUB_API_URL: url.optional().describe("https://api.github.com, or <url>/api/v3 of an Enterprise Server"),
  SCM_GITHUB_APP_ID: z
    .string()
    .regex(/^[1-9][0-9]{0,15}$/, "must be the App's number")
    .optional(),
  SCM_GITHUB_APP_SLUG: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,98}$/, "must be the App's name as in its URL")
    .optional()
    .describe("the App's name in https://github.com/apps/<slug>"),
  SCM_GITHUB_PRIVATE_KEY: z.string().optional(),
  SCM_GITHUB_PRIVATE_KEY_FILE: z.string().optional().describe("the App's private key, a PEM file"),
  SCM_GITHUB_CLIENT_ID: z.string().optional(),
  SCM_GITHUB_CLIENT_SECRET: z.string().optional().describe("with SCM_GITHUB_CLIENT_ID, of the same App"),
  SCM_GITHUB_WEBHOOK_SECRETS: list,
  SCM_GITHUB_TOKEN: z.string().optional(),
  SCM_GITLAB_URL: url.default("https://gitlab.com"),
  SCM_GITLAB_TOKEN: z.string().optional(),
  SCM_GITLAB_WEBHOOK_TOKENS: list,
};

const given = z.object(forgeVariables);
type Given = z.infer<typeof given>;
/** Told of each variable that is wrong. */
type Wrong = (name: string, message: string) => void;

const checked = given.superRefine((env, ctx) => {
  githubOf(env, (name, message) => ctx.addIssue({ code: "custom", path: [name], message }));
});

/** The forges elsewhere that an environment names. Throws `ConfigError` naming every variable that is wrong. */
export function forgesFromEnv(env: Record<string, string | undefined>): {
  github: GithubConfig | undefined;
  gitlab: GitlabConfig | undefined;
} {
  const parsed = parseEnv(checked, env);
  return { github: githubOf(parsed, () => {}) ?? undefined, gitlab: gitlabOf(parsed) ?? undefined };
}

/** GitHub as the environment has it; null when neither an App nor a token is given. Says what is missing of an App. */
export function githubOf(env: Given, wrong: Wrong): GithubConfig | null {
  const { SCM_GITHUB_URL: webUrl, SCM_GITHUB_TOKEN: token = null } = env;
  const app = appOf(env, wrong);
  if (app === null && token === null) return null;
  const api = webUrl === "https://github.com" ? "https://api.github.com" : `${webUrl}/api/v3`;
  return {
    webUrl,
    apiUrl: env.SCM_GITHUB_API_URL ?? api,
    app,
    token,
    webhookSecrets: env.SCM_GITHUB_WEBHOOK_SECRETS ?? [],
  };
}

function appOf(env: Given, wrong: Wrong): GithubAppConfig | null {
  const { SCM_GITHUB_APP_ID: appId, SCM_GITHUB_APP_SLUG: slug, SCM_GITHUB_CLIENT_ID: id } = env;
  if (appId === undefined) return null;
  if (slug === undefined) wrong("SCM_GITHUB_APP_SLUG", "is needed with SCM_GITHUB_APP_ID");
  const privateKey = privateKeyOf(env, wrong);
  const secret = env.SCM_GITHUB_CLIENT_SECRET;
  if (id !== undefined && secret === undefined)
    wrong("SCM_GITHUB_CLIENT_SECRET", "is needed with SCM_GITHUB_CLIENT_ID");
  return { appId, slug: slug ?? "", privateKey, client: id === undefined ? null : { id, secret: secret ?? "" } };
}

function privateKeyOf({ SCM_GITHUB_PRIVATE_KEY: key, SCM_GITHUB_PRIVATE_KEY_FILE: file }: Given, wrong: Wrong): string {
  const text = key ?? (file === undefined ? "" : readOrSay(file, wrong));
  // Many ways to set a variable cannot hold a line break.
  const pem = text.replaceAll(String.raw`\n`, "\n");
  const name = key === undefined ? "SCM_GITHUB_PRIVATE_KEY_FILE" : "SCM_GITHUB_PRIVATE_KEY";
  if (!pem.includes("PRIVATE KEY-----"))
    wrong(name, "must be the App's private key in PEM, needed with SCM_GITHUB_APP_ID");
  return pem;
}

function readOrSay(file: string, wrong: Wrong): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    wrong("SCM_GITHUB_PRIVATE_KEY_FILE", error instanceof Error ? error.message : String(error));
    return "";
  }
}

/** GitLab as the environment has it; null when no token is given. */
export function gitlabOf(env: Given): GitlabConfig | null {
  const { SCM_GITLAB_URL: at, SCM_GITLAB_TOKEN: token, SCM_GITLAB_WEBHOOK_TOKENS: webhookTokens = [] } = env;
  return token === undefined ? null : { url: at, token, webhookTokens };
}
