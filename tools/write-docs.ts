import { writeFileSync } from "node:fs";
import path from "node:path";
import { renderMessages } from "./render-messages.ts";
import { renderRules } from "./render-rules.ts";

const docs = path.resolve(import.meta.dirname, "../docs");
writeFileSync(path.join(docs, "messages.md"), renderMessages());
writeFileSync(path.join(docs, "rules.md"), renderRules());
console.log("wrote docs/messages.md and docs/rules.md");
