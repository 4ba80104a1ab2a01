// git's credential helper inside an agent: `node git-credential.ts <file> get`. Asks the container host, with the agent's
// own token from the file, for a short-lived credential. It imports nothing of ours: it has to start fast.
import { readFileSync } from "node:fs";

const [, , file, operation] = process.argv;

interface HostAccess {
  url: string;
  token: string;
}

async function credential(access: HostAccess): Promise<string> {
  const asked = Object.fromEntries(
    readFileSync(0, "utf8")
      .split("\n")
      .filter((line) => line.includes("="))
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
  const response = await fetch(access.url, {
    method: "POST",
    headers: { authorization: `Bearer ${access.token}`, "content-type": "application/json" },
    body: JSON.stringify({ protocol: asked["protocol"], host: asked["host"], path: asked["path"] }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  const { username, password } = JSON.parse(text) as { username: string; password: string };
  return `username=${username}\npassword=${password}\n`;
}

// `store` and `erase` are also asked of a helper; nothing is kept here.
if (operation === "get" && file !== undefined) {
  try {
    process.stdout.write(await credential(JSON.parse(readFileSync(file, "utf8")) as HostAccess));
  } catch (error) {
    process.stderr.write(`gastown: no git credential: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
