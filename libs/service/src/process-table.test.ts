import { expect, test } from "vitest";
import { parsePs, parseStat } from "./process-table.ts";

test("reads /proc/<pid>/stat, whatever the program calls itself", () => {
  const stat = "4242 (a) R (b) S 17 4200 4200 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 168757 1000 2 3\n";
  expect(parseStat(stat, "boot")).toEqual({
    pid: 4242,
    parent: 17,
    group: 4200,
    startedAt: "168757@boot",
    zombie: false,
  });
  expect(parseStat(stat.replace(" S 17", " Z 17"), "boot").zombie).toBe(true);
});

test("reads ps as macOS prints it", () => {
  const output = `    1     0     1 Ss   Sat Nov 21 09:12:44 2026
  812     1   812 S+   Sun Nov 22 08:00:01 2026
  900   812   812 Z    Sun Nov 22 08:00:02 2026
`;
  expect(parsePs(output)).toEqual([
    { pid: 1, parent: 0, group: 1, startedAt: "Sat Nov 21 09:12:44 2026", zombie: false },
    { pid: 812, parent: 1, group: 812, startedAt: "Sun Nov 22 08:00:01 2026", zombie: false },
    { pid: 900, parent: 812, group: 812, startedAt: "Sun Nov 22 08:00:02 2026", zombie: true },
  ]);
});
