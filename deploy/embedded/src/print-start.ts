import { join } from "node:path";
import { modelHelp } from "./model/choose-model.ts";
import type { RunningInstallation } from "./start-installation.ts";

/** What a person needs to know after the start, in lines. */
export function startLines(running: RunningInstallation): string[] {
  const { nats, postgres, model, url, token, installation } = running;
  return [
    "",
    `  node      ${process.versions.node}`,
    `  nats      ${nats.serverVersion} (${nats.source}) at ${nats.url}`,
    ...(nats.credentialsFile === null ? [] : [`            for the nats command: NATS_CREDS=${nats.credentialsFile}`]),
    ...nats.missing.map((line) => `            without ${line}`),
    `  postgres  ${postgres.version ?? "yours"} (${postgres.source})`,
    `  agents    ${running.agentProgram}, ${placeOf(running)}`,
    `  model     ${model.label}`,
    ...modelLines(running),
    "",
    `  API       ${url}     (docs: ${url}/docs)`,
    `  token     ${token}`,
    `  state     ${installation.state.path}     (logs in logs/)`,
    "",
  ];
}

function placeOf({ installation: { env } }: RunningInstallation): string {
  return env["GASTOWN_RUNTIME"] === "docker" ? "each town in a Docker container" : "as processes of this machine";
}

function modelLines({ model }: RunningInstallation): string[] {
  switch (model.kind) {
    case "real":
      return [];
    case "scripted":
      return [
        "            NO LANGUAGE MODEL IS USED: its answers are scripted for the demo; everything else is real.",
        ...setModel("For a real one"),
      ];
    case "none":
      return ["            AGENTS CANNOT WORK YET; everything else does.", ...setModel("To change that")];
  }
}

function setModel(intro: string): string[] {
  return [
    `            ${intro}, stop this, set`,
    ...modelHelp.map((line) => `              ${line}`),
    "            and start it again.",
  ];
}

/** The commands that come next. `gastown` finds the server by the state folder `.gastown` of the folder it runs in. */
export function nextLines({ url, token, installation }: RunningInstallation, folder: string): string[] {
  const found = installation.state.path === join(folder, ".gastown");
  return [
    "Next, in another terminal:",
    ...(found ? [`  cd ${folder}`] : [`  export GASTOWN_URL=${url} GASTOWN_TOKEN=${token}`]),
    "  npx gastown status",
    "  npx gastown rig add myrepo /path/to/repository --check 'npm test'",
    "  npx gastown bead create --rig myrepo 'What is to be done'",
    "  npx gastown feed",
    "Ctrl-C stops the town; its state stays.",
  ];
}
