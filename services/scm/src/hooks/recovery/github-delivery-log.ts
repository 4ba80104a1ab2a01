import type { AppApi } from "../../forges/github/app-api.ts";
import type { DeliveryLog } from "./delivery-log.ts";

const threeDaysMs = 3 * 24 * 60 * 60_000;

/** What GitHub knows of the deliveries to our App. It can be asked to repeat those of three days (scm §1.11). */
export function createGithubDeliveryLog(api: Pick<AppApi, "listDeliveries" | "redeliver">): DeliveryLog {
  return {
    provider: "github",
    keptMs: threeDaysMs,
    // scm §3.4
    paceMs: 1_000,
    async *attempts(signal) {
      let cursor: string | null = null;
      do {
        const page = await api.listDeliveries(cursor, { signal });
        for (const { id, guid, event, deliveredAt: at, status } of page.deliveries)
          yield { id, delivery: guid, event, at, status, arrived: status === "OK" };
        cursor = page.next;
      } while (cursor !== null);
    },
    redeliver: ({ id }, signal) => api.redeliver(id, { signal }),
  };
}
