import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { promisify } from "node:util";
import type { AgentProgram } from "@gastown/contracts";
import { agentPath, type ProgramChoice } from "../config.ts";
import { commandAs, type AgentUser } from "../users/agent-user.ts";
import { giveFolder } from "../users/give-folder.ts";
import { openConnection } from "./acp/acp-connection.ts";
import { acpCommand, type AcpProgram } from "./acp/acp-program.ts";
import type { AgentLaunch } from "./agent-runtime.ts";
import { agentBinary } from "./opencode-http/agent-binary.ts";
import { flavours, offlineSwitches, type Flavour } from "./opencode-http/flavours.ts";

const run = promisify(execFile);
/** The slowest start measured was 12 s (runtime.md §1). */
const startMs = 60_000;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Where programs are tried out, and as whom. */
interface Trial {
  home: string;
  /** For what is noted of them. */
  notes: string;
  user: AgentUser | null;
}

/** What the program says of its version, in a home of its own. */
async function versionOf(file: string, flavour: Flavour, { home, user }: Trial): Promise<string> {
  const env = { PATH: agentPath(), HOME: home, TMPDIR: home, ...offlineSwitches(flavour) };
  const { command, args, cwd } = commandAs(user, { command: file, args: ["--version"], cwd: home });
  const { stdout } = await run(command, [...args], { cwd, env, timeout: startMs });
  return stdout.trim().split("\n").at(-1) ?? "";
}

/** One of the programs we know, started with `--version`. */
async function lookAtFlavour(flavour: Flavour, choice: ProgramChoice, trial: Trial): Promise<AgentProgram> {
  const chosen = choice.agentRuntime === flavour.name;
  const configured = chosen ? choice.agentBin : undefined;
  const look = { program: flavour.name, chosen, file: null, found: null, version: null, usable: false, detail: null };
  let known: Pick<AgentProgram, "file" | "found"> = look;
  try {
    const found = configured === undefined ? "installed" : "configured";
    known = { file: agentBinary(flavour, configured), found };
    const version = await versionOf(known.file ?? "", flavour, trial);
    const detail = version === flavour.testedVersion ? null : `tests run against version ${flavour.testedVersion}`;
    return { ...look, ...known, version, usable: true, detail };
  } catch (error) {
    return { ...look, ...known, detail: messageOf(error) };
  }
}

function launchIn({ home, notes, user }: Trial): AgentLaunch {
  const nowhere = { url: "http://127.0.0.1:9", token: "none" };
  return {
    agent: "doctor",
    user,
    role: "polecat",
    cwd: home,
    home,
    env: { PATH: agentPath() },
    model: { ...nowhere, name: "none" },
    tools: nowhere,
    readOnly: true,
    recordFile: join(notes, "record.json"),
    logFile: join(notes, "program.log"),
  };
}

/** An ACP program: it is started and introduces itself. */
async function lookAtAcp(program: AcpProgram, trial: Trial): Promise<AgentProgram> {
  const [name = ""] = program.command;
  const look = { program: program.command.join(" "), chosen: true, file: null, found: null, version: null };
  let known: Pick<AgentProgram, "file" | "found"> = look;
  try {
    const command = acpCommand(program, agentPath());
    const named = name === program.profile ? "installed" : "path";
    known = { file: command.file, found: isAbsolute(name) ? "configured" : named };
    const start = { command, profile: program.profile, startMs };
    const connection = await openConnection(start, launchIn(trial), new AbortController().signal);
    await connection.stop();
    const usable = connection.can.http;
    const detail = usable
      ? null
      : "it takes no tools over HTTP (mcpCapabilities.http), so that it cannot hand in its work";
    return { ...look, ...known, version: connection.version, usable, detail };
  } catch (error) {
    return { ...look, ...known, usable: false, detail: messageOf(error) };
  }
}

/**
 * The agent programs that can be used here: those we know and the configured one, each found as a start of an agent finds it, and really
 * started. One after the other, for each takes a second of processor time and more. `as`: another user that they run as, and its home.
 */
export async function lookAtPrograms(
  choice: ProgramChoice,
  as?: { user: AgentUser; home: string },
): Promise<AgentProgram[]> {
  const notes = await mkdtemp(join(tmpdir(), "gastown-programs-"));
  try {
    const trial: Trial = { home: notes, user: null, ...as, notes };
    await giveFolder(trial.home, trial.user);
    const looks: AgentProgram[] = [];
    if (choice.agentRuntime === "acp" && choice.acp !== undefined) looks.push(await lookAtAcp(choice.acp, trial));
    for (const flavour of Object.values(flavours)) looks.push(await lookAtFlavour(flavour, choice, trial));
    return looks;
  } finally {
    await rm(notes, { recursive: true, force: true });
  }
}
