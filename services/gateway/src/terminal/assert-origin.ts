import type { IncomingMessage } from "node:http";
import { siteOf } from "../install/site.ts";
import { Problem } from "../problem.ts";

/**
 * A 403 problem for a page of another site, and for one under a name that only points to us (DNS rebinding). Browsers always say
 * where a page is from; a client that says nothing is no browser (kilo-container-api §12.1).
 */
export function assertOrigin({ headers }: Pick<IncomingMessage, "headers">, publicUrl: string | undefined): void {
  const { origin, host } = headers;
  if (origin === undefined || siteOf(host, publicUrl)?.origin === origin) return;
  throw new Problem("forbidden", { detail: `Pages of ${origin} may not open terminals here.` });
}
