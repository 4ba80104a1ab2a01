// npm run bench:worlds: random pull requests taken through scm, and merged by the rules of others, in one run.
import { randomOf } from "@gastown/testkit/simulator";
import { describeMachine } from "../machine.ts";
import { parseOptions, wholeNumber } from "../options.ts";
import { runBench, say } from "../run-bench.ts";
import { inGround, startServers } from "../servers.ts";
import { controls, runControl } from "./controls.ts";
import { runProduct } from "./product-run.ts";
import { toJson, toText, type WorldResults } from "./report.ts";
import { disturbWorlds, planWorld, type WorldPlan } from "./world-plan.ts";

const help = `Usage: npm run bench:worlds -- [options]

Takes random pull requests (rules x reviews x checks x threads x drafts x conflicts x queue x permissions) of a GitHub double through
signed webhook, read, decision and merge of the scm service; and the same worlds through three rules by which others merge.
Exit 0 only when nothing was answered with 405, nothing was merged over an objection or as a draft, and nothing was tried twice.

Options:
  --worlds N  how many (default 3000)
  --seed S    which (default 1)
  --json      JSON on stdout, progress on stderr
  --help      this text
`;

/** Of the worlds of the second run: somebody comes in between the read and the merge (scm §1.9). */
const disturbed = 0.2;

function readOptions(args: readonly string[]) {
  const values = parseOptions(args, {
    worlds: { type: "string", default: "3000" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  });
  const { json, help: wantsHelp } = values;
  const worlds = wholeNumber("worlds", values.worlds, { least: 1, most: 100_000 });
  return { worlds, seed: wholeNumber("seed", values.seed, { least: 0, most: 2 ** 32 - 1 }), json, wantsHelp };
}

function plan(seed: number, worlds: number): WorldPlan[] {
  const random = randomOf(seed);
  return Array.from({ length: worlds }, (_, index) => planWorld(random, `world-${index}`));
}

async function measure(worlds: number, seed: number): Promise<WorldResults> {
  const servers = await startServers();
  try {
    const undisturbed = plan(seed, worlds);
    const raced = disturbWorlds(randomOf(seed), undisturbed, disturbed);
    const table = await inGround(servers, (ground) => runProduct(ground, undisturbed, (line) => say(`scm: ${line}`)));
    const races = await inGround(servers, (ground) =>
      runProduct(ground, raced, (line) => say(`scm, disturbed: ${line}`)),
    );
    const others = new Map<string, Awaited<ReturnType<typeof runControl>>>();
    for (const control of controls) {
      others.set(control.name, await runControl(control, undisturbed));
      say(`control: ${control.name}`);
    }
    return { machine: describeMachine(servers.versions), seed, table, disturbed: races, controls: others };
  } finally {
    await servers.close();
  }
}

async function main(): Promise<void> {
  const { worlds, seed, json, wantsHelp } = readOptions(process.argv.slice(2));
  if (wantsHelp) return void process.stdout.write(help);
  const results = await measure(worlds, seed);
  process.stdout.write(`${json ? toJson(results) : toText(results)}\n`);
  const { table, disturbed: raced } = results;
  const wrong = table.refused405 + table.overObjection + table.drafts + raced.overObjection + raced.drafts;
  if (wrong + table.triedTwice + raced.triedTwice > 0) process.exitCode = 1;
}

await runBench(help, main);
