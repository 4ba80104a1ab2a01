// oxlint-disable vitest/no-conditional-tests, vitest/no-disabled-tests, vitest/valid-title, vitest/valid-describe-callback, vitest/expect-expect -- it defines others' tests
import { readFile } from "node:fs/promises";
import http from "node:http";
import { describe, test } from "vitest";
import { eventually } from "./eventually.ts";

/** A Docker engine tests may use, or why there is none. */
export type DockerEngine = { host: string; missing: null } | { host: null; missing: string };

const pingMs = 5_000;
/** A new machine needs about two minutes for all images, tried again once (.ci/start-docker.sh). */
const imagesMs = 600_000;
const usual = ["unix:///var/run/docker.sock", "unix:///run/gastown-engine/docker.sock"];

/**
 * The engine of `DOCKER_HOST`, the machine's, or that of deploy/docker/start-engine.mjs, if it has the images. Without one the
 * reason is printed, so that tests which are skipped for it say so; with `GASTOWN_TEST_DOCKER=required` it is an error. Where
 * `GASTOWN_TEST_IMAGES_MADE` names a file, images are being made: it waits for that file, which has the exit code of the making.
 */
export async function findDockerEngine(images: readonly string[]): Promise<DockerEngine> {
  // oxlint-disable-next-line node/no-process-env -- which engine tests run on is chosen by the environment
  const { DOCKER_HOST: chosen, GASTOWN_NO_DOCKER: told, GASTOWN_TEST_DOCKER: how } = process.env;
  // oxlint-disable-next-line node/no-process-env -- as above
  if (!told) await untilMade(process.env["GASTOWN_TEST_IMAGES_MADE"]);
  const engine = told ? missing(told) : await look(chosen ? [chosen] : usual, images);
  if (engine.host !== null) return engine;
  if (how === "required") throw new Error(`GASTOWN_TEST_DOCKER is "required", but: ${engine.missing}`);
  // oxlint-disable-next-line eslint/no-console -- what is skipped is never silent
  console.warn(`SKIPPED, as there is no Docker: ${engine.missing}`);
  return engine;
}

/** Defines tests that need the engine; without one they are shown as skipped, by the reason, and never as passed. */
export function describeOnDocker(name: string, engine: DockerEngine, define: (host: string) => void): void {
  const { host } = engine;
  if (host !== null) describe(name, () => define(host));
  else describe.skip(name, () => test(`SKIPPED: ${engine.missing}`, () => {}));
}

async function untilMade(file: string | undefined): Promise<void> {
  if (!file) return;
  const message = "the images for Docker were not made";
  const status = (await eventually(() => readFile(file, "utf8"), { timeoutMs: imagesMs, message })).trim();
  if (status !== "0")
    throw new Error(`making the images for Docker ended with ${status}: its log is at the end of this run`);
}

function missing(reason: string): DockerEngine {
  return { host: null, missing: reason };
}

async function look(hosts: readonly string[], images: readonly string[]): Promise<DockerEngine> {
  for (const host of hosts) {
    if ((await ask(host, "/_ping")) !== 200) continue;
    for (const image of images) {
      if ((await ask(host, `/images/${encodeURIComponent(image)}/json`)) !== 200)
        return missing(`the engine at ${host} has no image ${image} (node deploy/docker/build-images.mjs)`);
    }
    return { host, missing: null };
  }
  return missing(`no engine answers at ${hosts.join(" or ")} (node deploy/docker/start-engine.mjs)`);
}

/** The status it answers; null when nobody answers. */
function ask(host: string, path: string): Promise<number | null> {
  const url = new URL(host);
  const place =
    url.protocol === "unix:" ? { socketPath: url.pathname } : { host: url.hostname, port: url.port || 2375 };
  return new Promise((resolve) => {
    const request = http.get({ ...place, path, timeout: pingMs }, (response) => {
      response.resume().once("end", () => resolve(response.statusCode ?? null));
    });
    request.once("timeout", () => request.destroy(new Error("no answer")));
    request.once("error", () => resolve(null)); // nobody is there: what is asked
  });
}
