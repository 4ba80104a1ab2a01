import { execFile } from "node:child_process";
import { access, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The demo's repository: Node without dependencies, one test that fails and one that waits for the first to be mended. */
export const sampleFiles: Record<string, string> = {
  "README.md": `# sample

Two small functions for a blog. The tests run with \`node --test\` and need nothing else.
`,
  "package.json": `${JSON.stringify({ name: "sample", version: "1.0.0", private: true, type: "module", scripts: { test: "node --test" } }, null, 2)}\n`,
  "src/slug.mjs": `/** Turns a title into a piece of a URL. */
export function slug(title) {
  return title.toLowerCase().replace(" ", "-");
}
`,
  "src/excerpt.mjs": `/** The first words of an article and the link to it. */
export function excerpt() {
  throw new Error("not written yet");
}
`,
  "test/slug.test.mjs": `import assert from "node:assert/strict";
import { test } from "node:test";
import { slug } from "../src/slug.mjs";

test("words are joined by one dash", () => {
  assert.equal(slug("  Hello,   wide World! "), "hello-wide-world");
});

test("accents are dropped", () => {
  assert.equal(slug("Crème brûlée"), "creme-brulee");
});
`,
  "test/excerpt.test.mjs": `import assert from "node:assert/strict";
import { test } from "node:test";
import { excerpt } from "../src/excerpt.mjs";

test("an excerpt ends with a word and links to its article", { todo: "slug() comes first" }, () => {
  const article = { title: "Crème brûlée, step by step", text: "Whisk the yolks with the sugar until pale." };
  assert.deepEqual(excerpt(article, 20), { text: "Whisk the yolks with…", link: "#creme-brulee-step-by-step" });
});
`,
};

async function git({ folder, path }: Place, ...args: string[]): Promise<string> {
  const env = {
    PATH: path,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: "Demo",
    GIT_AUTHOR_EMAIL: "demo@localhost",
    GIT_COMMITTER_NAME: "Demo",
    GIT_COMMITTER_EMAIL: "demo@localhost",
  };
  const { stdout } = await run("git", args, { cwd: folder, env, timeout: 30_000 });
  return stdout;
}

interface Place {
  folder: string;
  /** Where git is looked for. */
  path: string | undefined;
}

/** Makes the repository at a path unless it is there already. */
export async function makeSampleRepository({ folder, path }: Place): Promise<void> {
  if (await isThere(join(folder, ".git"))) return;
  const fresh = `${folder}.new`;
  await rm(fresh, { recursive: true, force: true });
  for (const [name, text] of Object.entries(sampleFiles)) {
    await mkdir(dirname(join(fresh, name)), { recursive: true });
    await writeFile(join(fresh, name), text);
  }
  await git({ folder: fresh, path }, "init", "--quiet", "--initial-branch=main");
  await git({ folder: fresh, path }, "add", "--all");
  await git(
    { folder: fresh, path },
    "commit",
    "--quiet",
    "--message=Two functions for a blog, one wrong and one missing",
  );
  await rename(fresh, folder);
}

/** The history of a branch of a bare repository, as a graph, newest first. */
export async function branchGraph(place: Place, branch: string): Promise<string> {
  return await git(place, "log", "--oneline", "--graph", branch, "--");
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false; // not there, which is the question
  }
}
