/** Which runtime the environment asks for. Throws what is wrong with it. */
export function runtimeIn(env: Record<string, string | undefined>): "process" | "docker" {
  const given = env["GASTOWN_RUNTIME"] || "process";
  if (given !== "process" && given !== "docker") throw new Error(`GASTOWN_RUNTIME is ${given}: give process or docker`);
  return given;
}
