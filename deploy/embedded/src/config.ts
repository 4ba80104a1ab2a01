/** The environment of this process: the only place of the composition root that reads it. */
export function readEnvironment(): Record<string, string | undefined> {
  return { ...process.env };
}
