import { randomInt } from "node:crypto";
import { startScriptedModel } from "@gastown/testkit/scripted-model";
import { type ChaosOptions, ChaosUsageError, help, parseChaosOptions } from "../tests/chaos/chaos-options.ts";
import { type ChaosReport, runChaos } from "../tests/chaos/run-chaos.ts";
import { makeStateFolder } from "../tests/e2e/gastown-process.ts";

/** A real model is not instant, and there has to be something to kill. */
const modelDelayMs = 800;

const say = (line: string): void => console.log(line);

function summary({ seed, chaosMs }: ChaosOptions, report: ChaosReport): string {
  const { beads, merged, kills, settledMs, rescued, violations } = report;
  const killed = Object.entries(kills).map(([kind, times]) => `${kind} ${times}`);
  const total = Object.values(kills).reduce((sum, times) => sum + times, 0);
  return [
    `seed ${seed}, ${chaosMs / 60_000} min`,
    `${total} kills (${killed.join(", ") || "none"})`,
    `${merged} of ${beads} beads merged${settledMs === null ? ", not all in time" : `, ${Math.round(settledMs / 1_000)} s after the last kill`}`,
    `work rescued ${rescued} times, and told`,
    `${violations.length} violations`,
  ].join("; ");
}

async function chaos(options: ChaosOptions): Promise<number> {
  const folder = await makeStateFolder();
  const model = await startScriptedModel({ delayMs: modelDelayMs });
  say(`seed ${options.seed}, state in ${folder.path}`);
  let well = false;
  try {
    const report = await runChaos(options, { state: folder.path, model, say });
    for (const violation of report.violations) say(`VIOLATION ${violation}`);
    say(summary(options, report));
    well = report.violations.length === 0;
  } finally {
    if (well) await folder.remove();
    else say(`To look at: ${folder.path} (logs/, forge/, agents/)`);
    await model.close();
  }
  return well ? 0 : 1;
}

async function main(): Promise<number> {
  try {
    const options = parseChaosOptions(process.argv.slice(2), randomInt(2 ** 32));
    if (options !== null) return await chaos(options);
    console.log(help);
    return 0;
  } catch (error) {
    if (!(error instanceof ChaosUsageError)) throw error;
    console.error(`chaos: ${error.message}\n\n${help}`);
    return 2;
  }
}

process.exitCode = await main();
