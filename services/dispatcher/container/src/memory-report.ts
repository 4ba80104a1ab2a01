import type { Logger } from "@gastown/telemetry";

interface MemoryReportOptions {
  everyMs: number;
  logger: Logger;
  /** What else stands in each line. */
  also: () => object;
}

const mebibyte = 1024 * 1024;

/** Writes every `everyMs` how much memory this process has (kilo-container-api §1.2); a failure is a warning. The answer ends it. */
export function startMemoryReport({ everyMs, logger, also }: MemoryReportOptions): () => void {
  function tell(): void {
    try {
      const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
      const [rssMb, heapUsedMb, heapTotalMb, externalMb] = [rss, heapUsed, heapTotal, external].map((bytes) =>
        Math.round(bytes / mebibyte),
      );
      const uptimeMs = Math.round(process.uptime() * 1_000);
      logger.info({ rssMb, heapUsedMb, heapTotalMb, externalMb, uptimeMs, ...also() }, "memory usage");
    } catch (error) {
      logger.warn({ error }, "memory usage cannot be told");
    }
  }
  const timer = setInterval(tell, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
