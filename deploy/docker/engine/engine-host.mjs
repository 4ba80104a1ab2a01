// Where a Docker engine answers.
import http from "node:http";
import { join } from "node:path";

const pingMs = 5_000;

/** Where the engine of start-engine.mjs has its files; below one folder when GASTOWN_ENGINE_DIR names one. */
export function ownEngine(env = process.env) {
  const folder = env.GASTOWN_ENGINE_DIR;
  // A socket's path may be 107 characters long, so it stands apart from the data by default.
  const run = folder ? join(folder, "run") : "/run/gastown-engine";
  const data = folder ? join(folder, "data") : "/var/lib/gastown-engine";
  return {
    run,
    data,
    socket: join(run, "docker.sock"),
    pidFile: join(run, "dockerd.pid"),
    log: join(data, "dockerd.log"),
  };
}

/** What http.request needs to reach an engine: `unix:///path` or `tcp://host:port`. Throws on anything else. */
function engineAddress(host) {
  if (host.startsWith("unix://")) return { socketPath: host.slice("unix://".length) };
  const url = new URL(host);
  if (url.protocol !== "tcp:") throw new Error(`DOCKER_HOST is ${host}: give unix:///path or tcp://host:port`);
  return { host: url.hostname, port: Number(url.port || 2375) };
}

/** Whether an engine answers there. */
export function answers(host) {
  return new Promise((resolve) => {
    const request = http.get({ ...engineAddress(host), path: "/_ping", timeout: pingMs }, (response) => {
      response.resume().once("end", () => resolve(response.statusCode === 200));
    });
    request.once("timeout", () => request.destroy(new Error("no answer")));
    request.once("error", () => resolve(false)); // nothing is there: what is asked
  });
}

/** The first engine that answers, of DOCKER_HOST, the machine's and our own; null without one. */
export async function engineHost(env = process.env) {
  const places = env.DOCKER_HOST
    ? [env.DOCKER_HOST]
    : ["unix:///var/run/docker.sock", `unix://${ownEngine(env).socket}`];
  for (const place of places) if (await answers(place)) return place;
  return null;
}
