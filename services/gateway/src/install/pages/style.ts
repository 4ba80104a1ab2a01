import { createHash } from "node:crypto";
import { Html } from "../../docs/html.ts";

const rules = `
:root { color-scheme: light dark; --fg: #1d2126; --dim: #5b6470; --bg: #fff; --panel: #f5f6f8; --line: #dfe3e8; --accent: #9a3412; --on-accent: #fff;
  --good: #0f6b4f; --wait: #8a4b08; --bad: #a11d2d; }
@media (prefers-color-scheme: dark) { :root { --fg: #e4e7eb; --dim: #9aa4b0; --bg: #14171a; --panel: #1d2226; --line: #30373e; --accent: #f0a070; --on-accent: #14171a;
  --good: #5fc9a4; --wait: #e5a85c; --bad: #ee8088; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--fg); background: var(--bg); }
main, header { max-width: 44rem; margin: 0 auto; padding: 1.2rem 1.5rem; }
header { display: flex; gap: 1rem; align-items: baseline; border-bottom: 1px solid var(--line); }
header strong { flex: 1; } header form { margin: 0; }
h1 { font-size: 1.6rem; margin: .6rem 0 1rem; } h2 { font-size: 1.05rem; margin: 1.8rem 0 .5rem; }
a { color: var(--accent); } .dim { color: var(--dim); }
code { font-family: ui-monospace, monospace; font-size: .9em; background: var(--panel); padding: .1em .3em; border-radius: 3px; overflow-wrap: anywhere; }
.steps { display: flex; flex-wrap: wrap; gap: .4rem 1.2rem; list-style: none; margin: 0; padding: 0; counter-reset: step; }
.steps li { counter-increment: step; color: var(--dim); } .steps li::before { content: counter(step) ". "; }
.steps [aria-current] { color: var(--fg); font-weight: 600; }
.banner { border-left: 4px solid var(--wait); background: var(--panel); padding: .6rem 1rem; margin: 1rem 0; }
.banner.good { border-color: var(--good); } .banner.bad { border-color: var(--bad); }
label { display: block; margin: .9rem 0 .2rem; font-weight: 600; } label small { font-weight: 400; color: var(--dim); }
input, select, textarea { width: 100%; font: inherit; padding: .45rem .6rem; color: inherit; background: var(--bg); border: 1px solid var(--line); border-radius: 6px; }
textarea { min-height: 8rem; }
button, .button { display: inline-block; font: inherit; font-weight: 600; margin-top: 1.1rem; padding: .5rem 1rem; border: 0; border-radius: 6px; background: var(--accent); color: var(--on-accent); text-decoration: none; cursor: pointer; }
button.quiet { margin: 0; padding: 0; background: none; color: var(--accent); font-weight: 400; text-decoration: underline; }
ul.list { list-style: none; margin: 0; padding: 0; } ul.list li { border-top: 1px solid var(--line); padding: .5rem 0; display: flex; flex-wrap: wrap; gap: .2rem 1rem; justify-content: space-between; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`;

/** The pages' style, inline, and the hash by which a page's policy allows it. */
export const style = {
  element: new Html(`<style>${rules}</style>`),
  hash: createHash("sha256").update(rules).digest("base64"),
};
