import http from "node:http";
import type { Duplex } from "node:stream";
import type { EngineAddress } from "./engine.ts";

const attachMs = 30_000;

/**
 * A stream to a container's standard input. The container may not run yet. Not through dockerode: it sends its options as the
 * request's body, and an engine that has not read the body by then hands it to the container as the first input.
 */
export function attachStdin(address: EngineAddress, container: string): Promise<Duplex> {
  const path = `/containers/${encodeURIComponent(container)}/attach?stream=1&stdin=1`;
  const headers = { Connection: "Upgrade", Upgrade: "tcp", "Content-Length": "0" };
  return new Promise((resolve, reject) => {
    const request = http.request({ ...address, method: "POST", path, headers, timeout: attachMs });
    request.once("timeout", () => request.destroy(new Error(`Docker did not attach to ${container} in time`)));
    request.once("error", reject);
    request.once("response", (response) => {
      response.resume();
      reject(new Error(`Docker answered ${response.statusCode} and not a stream to the input of ${container}`));
    });
    request.once("upgrade", (_, socket) => {
      socket.setTimeout(0);
      resolve(socket);
    });
    request.end();
  });
}

/** Writes the line and ends the input: the engine has it all when this resolves. */
export function giveLine(stdin: Duplex, line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stdin.once("error", reject);
    stdin.end(`${line}\n`, () => {
      stdin.off("error", reject);
      // What comes now is the container's end; nobody reads it.
      stdin.on("error", () => {}).resume();
      resolve();
    });
  });
}
