import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A span as it was received over OTLP/HTTP JSON. Ids are hex, times are nanoseconds since the epoch. */
export interface ReceivedSpan {
  name: string;
  service: string;
  traceId: string;
  spanId: string;
  /** Empty for the root of a trace. */
  parentSpanId: string;
  kind: number;
  attributes: Record<string, unknown>;
  links: { traceId: string; spanId: string }[];
  startNano: bigint;
  endNano: bigint;
  failed: boolean;
}

interface Attribute {
  key: string;
  value: Record<string, unknown>;
}
interface WireSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  kind: number;
  attributes?: Attribute[];
  links?: { traceId: string; spanId: string }[];
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  status?: { code?: number };
}
interface ExportRequest {
  resourceSpans: { resource?: { attributes?: Attribute[] }; scopeSpans: { spans: WireSpan[] }[] }[];
}

/** A collector for tests: a real OTLP/HTTP JSON receiver on loopback that keeps what it is sent. */
export async function startOtlpReceiver(): Promise<{ url: string; spans(): ReceivedSpan[]; close(): Promise<void> }> {
  const received: ReceivedSpan[] = [];
  const server = createServer((request, response) => {
    void readJson(request).then(
      (body) => {
        received.push(...spansOf(body));
        response.writeHead(200, { "content-type": "application/json" }).end("{}");
      },
      (error: unknown) => response.writeHead(400).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: () => [...received],
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

async function readJson(request: IncomingMessage): Promise<ExportRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString("utf8")) as ExportRequest;
}

function attributesOf(attributes: Attribute[] | undefined): Record<string, unknown> {
  return Object.fromEntries((attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]));
}

function spansOf(body: ExportRequest): ReceivedSpan[] {
  return body.resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const name = attributesOf(resource?.attributes)["service.name"];
    const service = typeof name === "string" ? name : "";
    return scopeSpans.flatMap(({ spans }) => spans.map((wire) => receivedSpan(wire, service)));
  });
}

function receivedSpan(wire: WireSpan, service: string): ReceivedSpan {
  return {
    name: wire.name,
    service,
    traceId: wire.traceId,
    spanId: wire.spanId,
    parentSpanId: wire.parentSpanId ?? "",
    kind: wire.kind,
    attributes: attributesOf(wire.attributes),
    links: (wire.links ?? []).map(({ traceId, spanId }) => ({ traceId, spanId })),
    startNano: BigInt(wire.startTimeUnixNano),
    endNano: BigInt(wire.endTimeUnixNano),
    failed: wire.status?.code === 2,
  };
}
