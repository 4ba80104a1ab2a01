import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { checkout, serverFile } from "./gastown-process.ts";

interface Typing {
  /** The installation's state folder. */
  state: string;
  town: string;
  agent: string;
  /** Lines; the end of input follows them. */
  lines: string[];
}

/** What `gastown attach` shows of a new terminal of an agent in which these lines are typed. Throws when it ends badly. */
export async function typeAtAgent({ state, town, agent, lines }: Typing): Promise<string> {
  const { url, token } = await serverFile(state);
  const env = { PATH: process.env["PATH"], GASTOWN_URL: url, GASTOWN_TOKEN: token, GASTOWN_TOWN: town };
  const launcher = join(checkout, "libs/cli/bin/gastown.mjs");
  const child = spawn(process.execPath, [launcher, "attach", agent], { env, stdio: ["pipe", "pipe", "pipe"] });
  let [out, err] = ["", ""];
  child.stdout.on("data", (data: Buffer) => (out += data.toString()));
  child.stderr.on("data", (data: Buffer) => (err += data.toString()));
  child.stdin.end(`${lines.join("\n")}\n`);
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`gastown attach ended with ${code ?? "a signal"}: ${err}`);
  return out;
}
