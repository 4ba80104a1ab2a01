import type { Database } from "@gastown/db";
import { Hono } from "hono";
import type { ForgeUsage } from "./forge-usage.ts";
import { countOpenPulls } from "./store/pulls.ts";

interface MetricsOptions {
  readonly db: Database;
  readonly usage: ForgeUsage;
}

/** `GET /metrics` in the text format of Prometheus: what forges are asked, and what that is for each open pull request. */
export function createMetricsApp({ db, usage }: MetricsOptions): Hono {
  const app = new Hono();
  app.get("/metrics", async (c) => {
    const open = await countOpenPulls(db);
    const lastHour = usage.lastHour();
    const requests = usage
      .totals()
      .map(({ forge, operation, requests: value }) => ({ labels: { forge, operation }, value }));
    const pulls = [...open].map(([forge, value]) => ({ labels: { forge }, value }));
    const rates = [...open].flatMap(([forge, count]) =>
      forge === "local" || count === 0 ? [] : [{ labels: { forge }, value: (lastHour.get(forge) ?? 0) / count }],
    );
    const text = [
      ...metric("gastown_scm_forge_requests_total", "counter", requests),
      ...metric("gastown_scm_open_pulls", "gauge", pulls),
      ...metric("gastown_scm_forge_requests_per_open_pull_hour", "gauge", rates),
    ];
    return c.text(`${text.join("\n")}\n`, 200, { "Content-Type": "text/plain; version=0.0.4; charset=utf-8" });
  });
  return app;
}

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

function metric(name: string, type: "counter" | "gauge", samples: readonly Sample[]): string[] {
  const lines = samples.map(({ labels, value }) => {
    const named = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
    return `${name}{${named.join(",")}} ${value}`;
  });
  return [`# TYPE ${name} ${type}`, ...lines];
}
