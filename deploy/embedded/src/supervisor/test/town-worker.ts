// Stands for a town's process: its n-th start behaves as the n-th word of its arguments says, and what becomes of it is in a file.
import { appendFileSync, readFileSync } from "node:fs";
import { fromTown, stopTown } from "../words.ts";

const [, , file = "", ...behaviours] = process.argv;
const note = (line: string): void => appendFileSync(file, `${line}\n`);
const starts = readFileSync(file, "utf8").match(/started/g)?.length ?? 0;
note(`started ${process.pid}`);

function stop(): void {
  note("stopped");
  process.exit(0);
}

switch (behaviours[starts] ?? "runs") {
  case "fails":
    process.exit(3);
    break;
  case "dies":
    process.send?.(fromTown.started, () => process.kill(process.pid, "SIGKILL"));
    break;
  default:
    process.on("message", (word) => void (word === stopTown && stop()));
    process.on("disconnect", stop);
    process.send?.(fromTown.started);
}
