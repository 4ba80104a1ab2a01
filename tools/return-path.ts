import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { z } from "zod";
import { returnPlacesOn } from "../services/gateway/src/install/return-places.ts";
import { judgeReturnPath } from "../services/gateway/src/install/safe-return-path.ts";

const usage = `Judges return paths with the product's own function (services/gateway/src/install/safe-return-path.ts).

  npm run return-path -- --cases FILE [--origin URL]

FILE     a JSON array of { "input": <what came in, after one decoding>, "ok": <whether it must be accepted>, "why"?: <text> }
--origin where the installation is reached; https://app.example.com by default

Prints each case that is judged otherwise, then "N right, M wrong". Exits with 1 when M is not 0, with 2 when it cannot judge.`;

const casesFile = z.array(z.object({ input: z.unknown(), ok: z.boolean(), why: z.string().optional() }));

function readCases(file: string): z.output<typeof casesFile> {
  return casesFile.parse(JSON.parse(readFileSync(file, "utf8")));
}

/** Prints what is judged otherwise than the cases say, and how many were judged as they say. Answers how many were not. */
function judge(cases: z.output<typeof casesFile>, origin: string): number {
  const places = returnPlacesOn(origin);
  let wrong = 0;
  for (const { input, ok, why } of cases) {
    const judged = judgeReturnPath(input, places);
    if (judged.ok === ok) continue;
    wrong += 1;
    const ours = judged.ok ? "accepted" : `refused by ${judged.rule}: ${judged.reason}`;
    console.log(`wrong: ${JSON.stringify(input)} is ${ours} (the case says ${why ?? (ok ? "accept" : "refuse")})`);
  }
  console.log(`${cases.length - wrong} right, ${wrong} wrong`);
  return wrong;
}

function main(): number {
  try {
    const { values } = parseArgs({
      options: {
        cases: { type: "string" },
        origin: { type: "string", default: "https://app.example.com" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.help) {
      console.log(usage);
      return 0;
    }
    if (values.cases === undefined) throw new Error("--cases FILE is needed");
    return judge(readCases(values.cases), new URL(values.origin).origin) === 0 ? 0 : 1;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return 2;
  }
}

process.exitCode = main();
