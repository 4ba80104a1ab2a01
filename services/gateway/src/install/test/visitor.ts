/** What a browser would do: keeps cookies, follows nothing by itself, and says where a form comes from. */
export interface Visitor {
  readonly cookies: ReadonlyMap<string, string>;
  get(path: string): Promise<Seen>;
  /** Sends a form as a page of this site does; `from`: as a page of another site. */
  post(path: string, fields: Record<string, string>, from?: string): Promise<Seen>;
  setCookie(name: string, value: string): void;
}

export interface Seen {
  readonly status: number;
  readonly headers: Headers;
  /** Null when it does not lead on. */
  readonly location: string | null;
  readonly text: string;
}

/** A browser that has seen nothing of the site yet. Absolute URLs are taken as they are, with the site's cookies for the site only. */
export function newVisitor(site: () => string): Visitor {
  const cookies = new Map<string, string>();
  const send = async (path: string, init: RequestInit): Promise<Seen> => {
    const url = new URL(path, site());
    const own = url.origin === new URL(site()).origin;
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { ...(init.headers as Record<string, string>), ...(own && cookie !== "" && { cookie }) };
    const answer = await fetch(url, { ...init, headers, redirect: "manual" });
    if (own) for (const set of answer.headers.getSetCookie()) keep(cookies, set);
    return {
      status: answer.status,
      headers: answer.headers,
      location: answer.headers.get("location"),
      text: await answer.text(),
    };
  };
  return {
    cookies,
    get: (path) => send(path, {}),
    post: (path, fields, from) => {
      const headers = { origin: from ?? new URL(path, site()).origin };
      return send(path, { method: "POST", headers, body: new URLSearchParams(fields) });
    },
    setCookie: (name, value) => void cookies.set(name, value),
  };
}

function keep(cookies: Map<string, string>, set: string): void {
  const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
  if (/; *max-age=0/i.test(set)) cookies.delete(name);
  else cookies.set(name, value);
}
