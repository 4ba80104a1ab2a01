const rules = `
:root { color-scheme: light dark; --fg: #1d2126; --dim: #5b6470; --bg: #fff; --panel: #f5f6f8; --line: #dfe3e8; --accent: #9a3412;
  --get: #0f6b4f; --post: #8a4b08; --patch: #5b3fa0; --delete: #a11d2d; }
@media (prefers-color-scheme: dark) { :root { --fg: #e4e7eb; --dim: #9aa4b0; --bg: #14171a; --panel: #1d2226; --line: #30373e; --accent: #f0a070;
  --get: #5fc9a4; --post: #e5a85c; --patch: #b39ae8; --delete: #ee8088; } }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; color: var(--fg); background: var(--bg); }
.page { display: grid; grid-template-columns: 17rem minmax(0, 1fr); max-width: 82rem; margin: 0 auto; }
nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.5rem 1rem; border-right: 1px solid var(--line); font-size: 13px; }
nav h2 { font-size: 12px; text-transform: uppercase; letter-spacing: .05em; color: var(--dim); margin: 1.2rem 0 .3rem; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav a { color: inherit; text-decoration: none; display: block; padding: .12rem .3rem; border-radius: 4px; }
nav a:hover { background: var(--panel); }
main { padding: 1.5rem 2.5rem 6rem; }
h1 { margin: 0; font-size: 1.8rem; } main > h2 { margin: 3rem 0 1rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem; }
a { color: var(--accent); }
code, pre { font-family: ui-monospace, monospace; font-size: 13px; }
code { background: var(--panel); padding: .1em .3em; border-radius: 3px; }
pre { background: var(--panel); padding: .8rem 1rem; border-radius: 6px; overflow-x: auto; }
pre code { background: none; padding: 0; }
article { border: 1px solid var(--line); border-radius: 8px; padding: 1rem 1.2rem; margin: 0 0 1.2rem; scroll-margin-top: 1rem; }
article:target, tr:target { border-color: var(--accent); background: var(--panel); }
article h3 { margin: 0; font-size: 1.02rem; } article h4 { margin: 1rem 0 .3rem; font-size: .85rem; color: var(--dim); }
.route { font-family: ui-monospace, monospace; font-size: 13.5px; margin: .2rem 0 .5rem; overflow-wrap: anywhere; }
.method { font-weight: 700; text-transform: uppercase; } .get { color: var(--get); } .post { color: var(--post); } .patch { color: var(--patch); } .delete { color: var(--delete); }
table { border-collapse: collapse; table-layout: fixed; width: 100%; font-size: 13.5px; }
td p { margin: 0; } th:nth-child(1) { width: 30%; } th:nth-child(2) { width: 24%; }
#problems + table th:nth-child(2) { width: 5rem; } details table td:first-child { width: 4rem; }
th { text-align: left; color: var(--dim); font-weight: 600; } th, td { border-top: 1px solid var(--line); padding: .3rem .6rem .3rem 0; vertical-align: top; overflow-wrap: anywhere; }
td:first-child { font-family: ui-monospace, monospace; font-size: 13px; }
.dim { color: var(--dim); } .must { color: var(--accent); }
details > summary { cursor: pointer; color: var(--dim); font-size: 13px; margin-top: .6rem; }
@media (max-width: 60rem) { .page { display: block; } nav { position: static; height: auto; border-right: 0; } main { padding: 1rem; } }
`;

/** The page's style, inline so that the page is one file that works without a network. */
export const style = { rules, element: `<style>${rules}</style>` };
