import type { DeliveryRecord, Json, JsonObject } from "../../ports.ts";

/** A delivery as the App's list of them has it [D]. */
export function deliveryJson(record: DeliveryRecord): JsonObject {
  return {
    id: record.id,
    guid: record.guid,
    delivered_at: new Date(record.deliveredAt).toISOString(),
    redelivery: record.redelivery,
    duration: record.duration,
    status: record.status,
    status_code: record.statusCode,
    event: record.event,
    action: record.action,
    installation_id: record.installation,
    repository_id: record.repositoryId,
    throttled_at: null,
    url: record.url,
  };
}

/** The same with what was sent and answered. */
export function deliveryDetailJson(record: DeliveryRecord): JsonObject {
  return {
    ...deliveryJson(record),
    request: { headers: { ...record.request.headers }, payload: JSON.parse(record.request.body) as Json },
    response: { headers: { ...record.response.headers }, payload: record.response.body },
  };
}
