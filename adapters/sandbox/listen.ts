import { createServer, type Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";
import { type Result, fail, ok } from "../../src/engine/result.ts";

/** Time that requests under way have to end before their connections are cut, in ms. */
const GRACE_MS = 2000;
const RELEASE_MS = 20;

export interface Address {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

export interface Listening extends Address {
  /** What a person opens. */
  readonly url: string;
  /** Stops listening and waits for requests under way, 2 s at most. */
  close(): Promise<void>;
}

export type ListenProblem =
  /** Another program listens there. */
  | { readonly kind: "address-in-use" }
  /** This user may not listen there; ports below 1024 often need more rights. */
  | { readonly kind: "not-permitted" }
  /** The host is no address of this machine. */
  | { readonly kind: "no-such-address" }
  | { readonly kind: "failed"; readonly cause: unknown };

const PROBLEMS: Readonly<Record<string, "address-in-use" | "not-permitted" | "no-such-address">> = {
  EADDRINUSE: "address-in-use",
  EACCES: "not-permitted",
  EPERM: "not-permitted",
  EADDRNOTAVAIL: "no-such-address",
  ENOTFOUND: "no-such-address",
  EAI_AGAIN: "no-such-address",
};

/** Serves `app` at an address; resolves once it is bound, with the port that was taken. */
export function listen(app: Hono, address: Address): Promise<Result<Listening, ListenProblem>> {
  const answer = getRequestListener(app.fetch);
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing));
  return new Promise((resolve) => {
    // Stays after the first: a later fault of one connection must not end the process.
    server.on("error", (error: NodeJS.ErrnoException) => {
      const kind = PROBLEMS[error.code ?? ""];
      resolve(fail(kind ? { kind } : { kind: "failed", cause: error }));
    });
    server.listen(address.port, address.host, () => {
      const bound = server.address();
      const port = typeof bound === "object" && bound ? bound.port : address.port;
      resolve(
        ok({
          host: address.host,
          port,
          url: urlOf(address.host, port),
          close: () => close(server),
        }),
      );
    });
  });
}

function urlOf(host: string, port: number): string {
  if (host === "0.0.0.0" || host === "::") return `http://localhost:${port}/`;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}/`;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), GRACE_MS);
    // A connection whose answer ends after this call is kept alive by its client, and must be let go too.
    const release = setInterval(() => server.closeIdleConnections(), RELEASE_MS);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(release);
      resolve();
    });
  });
}
