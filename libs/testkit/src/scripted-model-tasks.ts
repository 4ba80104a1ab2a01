/** One piece of work the scripted model knows how to do: how it is recognised, and what it writes. */
export interface ScriptedTask {
  /** The bead's title, by which the task is recognised in a prompt. */
  title: string;
  body: string;
  commit: string;
  test: string;
  source: string;
  /** A change to the test itself, when the task asks for one. */
  testEdit: { from: string; to: string } | null;
  /** The whole new source file. */
  fixed: string;
}

const slug: ScriptedTask = {
  title: "Make slug() safe for URLs",
  body: [
    "`slug()` in src/slug.mjs only replaces the first blank, so titles with punctuation or accents make broken links.",
    "test/slug.test.mjs says what is wanted and fails. Make it pass without changing it.",
  ].join("\n"),
  commit: "Make slug() safe for URLs",
  test: "test/slug.test.mjs",
  source: "src/slug.mjs",
  testEdit: null,
  fixed: `/** Turns a title into a piece of a URL: "Crème brûlée!" becomes "creme-brulee". */
export function slug(title) {
  return title
    .normalize("NFD")
    .replace(/\\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}
`,
};

const excerpt: ScriptedTask = {
  title: "Write excerpt() on top of slug()",
  body: [
    "An article's excerpt is its first words and a link to it. src/excerpt.mjs is empty; the link is made with `slug()`.",
    "test/excerpt.test.mjs says what is wanted; it is marked `todo`. Take that mark away and make it pass.",
  ].join("\n"),
  commit: "Write excerpt() on top of slug()",
  test: "test/excerpt.test.mjs",
  source: "src/excerpt.mjs",
  testEdit: { from: ', { todo: "slug() comes first" }', to: "" },
  fixed: `import { slug } from "./slug.mjs";

/** The first words of an article, at most \`length\` characters and cut between words, and the link to it. */
export function excerpt(article, length = 80) {
  const link = \`#\${slug(article.title)}\`;
  if (article.text.length <= length) return { text: article.text, link };
  const cut = article.text.slice(0, length + 1);
  const end = cut.lastIndexOf(" ");
  return { text: \`\${cut.slice(0, end > 0 ? end : length)}…\`, link };
}
`,
};

/** The demo's two tasks; the second is built on the first. */
export const demoTasks: { slug: ScriptedTask; excerpt: ScriptedTask } = { slug, excerpt };

/** The task a prompt is about: the one whose title comes first in it. */
export function taskIn(text: string): ScriptedTask | null {
  const found = Object.values(demoTasks)
    .map((task) => ({ task, at: text.indexOf(task.title) }))
    .filter(({ at }) => at >= 0);
  return found.toSorted((a, b) => a.at - b.at)[0]?.task ?? null;
}
