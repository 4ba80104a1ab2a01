import type { GithubSite } from "./github-options.ts";

/**
 * What every request of ours says. The version is pinned because the next one drops `merge_commit_sha` and Octokit sends none
 * by itself, so that GitHub's default would hold (scm §1.11).
 */
export function requestDefaults(site: GithubSite) {
  return {
    baseUrl: site.apiUrl,
    headers: { "x-github-api-version": "2022-11-28", "user-agent": "gastown" },
    request: { log: octokitLog(site.logger) },
  };
}

/** What Octokit has to say (deprecations, clocks that differ) goes to our log, as our lines. */
export function octokitLog(logger: GithubSite["logger"]) {
  const write = (level: "debug" | "warn") => (message: string) => logger[level]({ message }, "octokit");
  return { debug: write("debug"), info: write("debug"), warn: write("warn"), error: write("warn") };
}
