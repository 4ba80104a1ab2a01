import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startMemoryReport } from "./memory-report.ts";
import { silentLogger } from "./test/silent-logger.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("memory is told at each interval until that is ended; a failure is a warning and the next one is told", () => {
  const lines: [string, object][] = [];
  const say = (level: string) => (fields: object) => void lines.push([level, fields]);
  const logger = { ...silentLogger, info: say("info"), warn: say("warn") };
  let fails = true;
  const also = (): object => {
    if (fails) throw new Error("no table");
    return { agents: 2 };
  };
  const end = startMemoryReport({ everyMs: 30_000, logger, also });
  vi.advanceTimersByTime(30_000);
  fails = false;
  vi.advanceTimersByTime(30_000);
  end();
  vi.advanceTimersByTime(90_000);
  expect(lines.map(([level]) => level)).toEqual(["warn", "info"]);
  expect(lines[1]?.[1]).toMatchObject({ agents: 2, rssMb: expect.any(Number), heapUsedMb: expect.any(Number) });
});
