import { createAppAuth } from "./app/app-auth.ts";
import { createDeliveries } from "./deliveries/deliveries.ts";
import { createDiskGit, type DiskGitServer } from "./git/disk-git.ts";
import { createInstallPages } from "./install/install-pages.ts";
import type { WorldEvent } from "./ports.ts";
import { deliverEvent } from "./server/deliver-event.ts";
import { CallLog } from "./server/call-log.ts";
import { closeServer, listen, serve } from "./server/http-server.ts";
import { RateMeter } from "./server/rate-meter.ts";
import type { Faults, GithubDouble, GithubDoubleOptions } from "./types.ts";
import { World } from "./world/world.ts";

/**
 * Starts a DOUBLE of github.com: one HTTP server with REST, GraphQL, git, OAuth and the install page, and a world behind it
 * that knows what GitHub would refuse. It says what scm.md says of GitHub and was never measured against it; grades [D]
 * documented, [I] reported, [U] unsure stand where they matter. `close` fails when the double itself had a defect.
 */
export async function startGithubDouble(options: GithubDoubleOptions = {}): Promise<GithubDouble> {
  const now = options.clock ?? Date.now;
  const { server, url } = await listen(options.host ?? "127.0.0.1", options.port ?? 0);
  const faults = noFaults();
  const mergeability = { delayMs: 0, startedBy: "any" as const, ...options.mergeability };
  const disk = once(() =>
    createDiskGit({ now, ...(options.directory === undefined ? {} : { directory: options.directory }) }),
  );
  const tellers: ((event: WorldEvent) => void)[] = [];
  const emit = (event: WorldEvent) => tellers.forEach((tell) => tell(event));
  const urls = { web: url, api: `${url}/api/v3` };
  const world = new World({ now, emit, urls, disk: disk.get, mergeability, faults });
  const auth = createAppAuth({
    now: () => now() + faults.clockSkewMs,
    directory: world.directory,
    emit,
    ...(options.app === undefined ? {} : { app: options.app }),
  });
  world.people.add(`${auth.app.slug}[bot]`);
  const deliveries = createDeliveries({
    now,
    secret: auth.app.webhookSecret,
    appId: auth.app.id,
    ...(options.webhookUrl === undefined ? {} : { url: options.webhookUrl }),
  });
  tellers.push((event) => deliverEvent({ world, auth, deliveries }, event));
  const pages = createInstallPages({ now, auth, directory: world.directory });
  const log = new CallLog();
  const rate = new RateMeter(now);
  const defects: unknown[] = [];
  const defect = (error: unknown) => defects.push(error);
  serve(server, { now, world, auth, deliveries, faults, rate, log, defect, disk: disk.get, pages });
  return {
    webUrl: url,
    apiUrl: urls.api,
    graphqlUrl: `${url}/api/graphql`,
    app: auth.app,
    auth,
    pages,
    world,
    deliveries,
    faults,
    mergeability,
    limits: rate.limits,
    get requests() {
      return log.calls;
    },
    forgetRequests: () => log.forget(),
    close: async () => {
      await closeServer(server);
      await deliveries.close();
      await (await disk.made())?.close();
      if (defects.length > 0) throw new AggregateError(defects, "The GitHub double had defects");
    },
  };
}

function noFaults(): Faults {
  return {
    errorAfterMerge: 0,
    errorBeforeMerge: 0,
    resetAfterMerge: 0,
    baseModified: 0,
    beforeMerge: null,
    staleReplicaMs: 0,
    secondaryLimit: null,
    failures: null,
    slowBody: null,
    clockSkewMs: 0,
    partial: null,
  };
}

/** Made when it is first wanted, and never twice. */
function once(make: () => Promise<DiskGitServer>): {
  readonly get: () => Promise<DiskGitServer>;
  readonly made: () => Promise<DiskGitServer> | null;
} {
  let made: Promise<DiskGitServer> | null = null;
  return { get: () => (made ??= make()), made: () => made };
}
