/* eslint-disable no-console, node/no-process-env -- a script of the continuous integration: it prints, and is told by the environment */
// Prints what was skipped, with the reason, and then "N passed, N failed" from vitest's JSON report. A failed check, a file that
// could not be run and a run without a report each count as one failure, so that the line never looks better than what happened.
import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";

const { CHECK, TESTS, REPORT, ROOT } = process.env;
let passed = 0;
let failed = 0;
let named = 0;

/** One line for each reason in a file: tests that are skipped for a reason are called by it (`describeOnDocker`). */
function skipsOf({ name, assertionResults }) {
  const skipped = assertionResults.filter(({ status }) => status === "skipped" || status === "pending");
  const reasons = skipped.map(({ title, ancestorTitles: [group = title] }) =>
    title.startsWith("SKIPPED: ") ? title.slice("SKIPPED: ".length) : group,
  );
  return [...new Set(reasons)].map((reason) => `skipped: ${relative(ROOT, name)}: ${reason}`);
}

if (CHECK === "0") passed += 1;
else {
  console.log("a check failed (its output is above)");
  failed += 1;
}
if (existsSync(REPORT)) {
  const report = JSON.parse(readFileSync(REPORT, "utf8"));
  passed += report.numPassedTests;
  named += report.numFailedTests;
  for (const file of report.testResults) {
    for (const skip of skipsOf(file)) console.log(skip);
    const broken = file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed");
    if (broken) console.log(`could not be run: ${relative(ROOT, file.name)}`);
    named += broken ? 1 : 0;
  }
}
if (named === 0 && TESTS !== "0") {
  console.log(`npm test ended with ${TESTS}${TESTS === "124" ? " (out of time)" : ""} without naming a failed test`);
  named = 1;
}
failed += named;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
