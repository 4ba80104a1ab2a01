// The engine's guard as a program of its own: the `docker` service of docker-compose.yml. It reads the DISPATCHER_* variables that the
// dispatcher has, and needs DISPATCHER_INSTALLATION; DOCKER_SOCKET is the engine's socket, GUARD_PORT where it listens.
import { dockerEnvironment, dockerSettingsFrom, withDockerDefaults } from "@gastown/dispatcher/docker";
import { parseEnv } from "@gastown/service";
import { startGuard } from "./start-guard.ts";

const { DOCKER_SOCKET: socketPath = "/var/run/docker.sock", GUARD_PORT: port = "2375" } = process.env;
const settings = withDockerDefaults(dockerSettingsFrom(parseEnv(dockerEnvironment, process.env)));
const { installation } = settings;
if (installation === undefined) throw new Error("DISPATCHER_INSTALLATION is needed");

const guard = await startGuard({
  port: Number(port),
  socketPath,
  settings: { ...settings, installation },
  onRefused: (call, why) =>
    console.error(JSON.stringify({ level: "warn", msg: "a call of the engine was refused", call, why })),
});
console.error(JSON.stringify({ level: "info", msg: "the guard stands", port: guard.port, installation }));
for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => void guard.close());
