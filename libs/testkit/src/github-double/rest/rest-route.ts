import type { Json } from "../ports.ts";
import type { RestAnswer, RestRequest, RestRoute } from "./rest-types.ts";

type Handle = (request: RestRequest) => Promise<RestAnswer> | RestAnswer;

/** `GET /repos/{owner}/{repo}` and what answers it. Whatever does not only read is a mutation, unless told. */
export function route(text: string, handle: Handle, { mutation = !text.startsWith("GET ") } = {}): RestRoute {
  const [method = "", template = ""] = text.split(" ");
  return { method: method as RestRoute["method"], template, mutation, handle };
}

export function ok(body: Json, headers?: Readonly<Record<string, string>>): RestAnswer {
  return { status: 200, body, ...(headers === undefined ? {} : { headers }) };
}

export function created(body: Json): RestAnswer {
  return { status: 201, body };
}

export const noContent: RestAnswer = { status: 204, body: null };

/** One page of a list by `per_page` (30, at most 100) and `page`, with the `link` header [D]. */
export function page<T>(request: RestRequest, items: readonly T[], wrap: (item: T) => Json): RestAnswer {
  const { slice, link } = pageOf(request, items);
  return ok(slice.map(wrap), link);
}

/** The same within an object that has the total. */
export function pageWithin<T>(
  request: RestRequest,
  { items, name, wrap }: { readonly items: readonly T[]; readonly name: string; readonly wrap: (item: T) => Json },
): RestAnswer {
  const { slice, link } = pageOf(request, items);
  return ok({ total_count: items.length, [name]: slice.map(wrap) }, link);
}

function pageOf<T>(
  request: RestRequest,
  items: readonly T[],
): { readonly slice: readonly T[]; readonly link: Readonly<Record<string, string>> } {
  const size = Math.min(100, Math.max(1, positive(request.query.get("per_page"), 30)));
  const number = positive(request.query.get("page"), 1);
  const last = Math.max(1, Math.ceil(items.length / size));
  const slice = items.slice((number - 1) * size, number * size);
  const links = [
    ...(number > 1 ? [[number - 1, "prev"] as const, [1, "first"] as const] : []),
    ...(number < last ? [[number + 1, "next"] as const, [last, "last"] as const] : []),
  ].map(([to, rel]) => `<${urlWith(request, { page: `${to}` })}>; rel="${rel}"`);
  return { slice, link: links.length === 0 ? {} : { link: links.join(", ") } };
}

/** The address that was asked for, with these parameters instead. */
export function urlWith(request: RestRequest, parameters: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(request.query);
  for (const [name, value] of Object.entries(parameters)) query.set(name, value);
  return `${request.asking.world.core.json.urls.api}${request.path}?${query.toString()}`;
}

function positive(text: string | null, standard: number): number {
  const value = Number(text ?? standard);
  return Number.isInteger(value) && value > 0 ? value : standard;
}
