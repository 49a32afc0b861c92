import { isIP } from "node:net";
import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";

const LOOPBACK_NAMES: readonly string[] = ["localhost", "127.0.0.1", "::1"];

/** Host names under which the sandbox answers. */
export class AllowedHosts {
  readonly #names = new Set(LOOPBACK_NAMES);
  #anyAddress = false;

  /** Adds the configured host. Listening on every interface admits every address, but no further name. */
  add(host: string): void {
    if (host === "0.0.0.0" || host === "::") this.#anyAddress = true;
    else this.#names.add(host.toLowerCase());
  }

  /** `header` is the value of `Host`, with or without a port. */
  allows(header: string): boolean {
    const name = hostName(header);
    if (name === null) return false;
    // A name can be pointed at this machine by whoever owns it; an address can not.
    return this.#names.has(name) || (this.#anyAddress && isIP(name) !== 0);
  }
}

function hostName(header: string): string | null {
  const match = /^(?:\[([\da-f:.]+)\]|([^:/@[\]\s]+))(?::\d{1,5})?$/iu.exec(header);
  return match ? (match[1] ?? match[2] ?? "").toLowerCase() : null;
}

/** Refuses names that somebody else may point at this machine (DNS rebinding): the sandbox has no login. */
export function hostGuard(hosts: AllowedHosts): MiddlewareHandler {
  return async (c, next) => {
    const host = c.req.header("host") ?? new URL(c.req.url).host;
    if (!hosts.allows(host)) {
      const error =
        "Host: read a name that this server does not go by, accepted is localhost or the host in CANDOR_HTTP_HOST.";
      return c.json({ error }, 421);
    }
    return next();
  };
}

/** Lets only this page and programs without an origin write, and only as JSON. */
export const writeGuard: MiddlewareHandler = async (c, next) => {
  if (c.req.method === "GET" || c.req.method === "HEAD") return next();
  const site = c.req.header("sec-fetch-site") ?? "none";
  const origin = c.req.header("origin");
  const foreign = site !== "same-origin" && site !== "none";
  if (foreign || (origin !== undefined && !sameHost(origin, c.req.header("host") ?? ""))) {
    const error = "Origin: read another site's, accepted is this page's own or none.";
    return c.json({ error }, 403);
  }
  const type = c.req.header("content-type") ?? "";
  if (!/^application\/json\s*(?:;|$)/iu.test(type)) {
    const error = "Content-Type: read another type, accepted is application/json.";
    return c.json({ error }, 415);
  }
  return next();
};

function sameHost(origin: string, host: string): boolean {
  try {
    return new URL(origin).host === host.toLowerCase();
  } catch {
    return false;
  }
}

/** No inline script or style, nothing from elsewhere, no frame around the page, no HTML made from data. */
export const pageHeaders: MiddlewareHandler = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'self'"],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
    requireTrustedTypesFor: ["'script'"],
  },
  xFrameOptions: "DENY",
  referrerPolicy: "no-referrer",
  // The sandbox speaks plain HTTP on this machine.
  strictTransportSecurity: false,
});
