import { graphileWorker } from "./contenders/graphile-worker.ts";
import { gastown } from "./contenders/gastown.ts";
import { pgBoss } from "./contenders/pg-boss.ts";
import { raw } from "./contenders/raw.ts";
import { measureRates, median } from "./measure.ts";
import { startServers } from "./servers.ts";
const servers = await startServers();
const all = [gastown, raw, pgBoss, graphileWorker].filter(
  (c) => process.argv[2] === undefined || c.name.startsWith(process.argv[2]),
);
const rates = await measureRates(servers, all, {
  commands: Number(process.argv[3] ?? 10000),
  rounds: Number(process.argv[4] ?? 2),
  say: console.log,
});
for (const [c, r] of rates) console.log(c.name, Math.round(median(r)));
await servers.close();
