import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
  createServer,
} from "node:http";
import { text } from "node:stream/consumers";

export interface ReceivedPost {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Writes the answer to a request; an answer that is never ended is silence. */
export type Respond = (response: ServerResponse) => void;

export interface WebReceiver {
  readonly port: number;
  /** Every request, whatever was answered. */
  readonly posts: readonly ReceivedPost[];
  respond(respond: Respond): void;
  /** Resolves when the next request has been read. */
  nextPost(): Promise<void>;
  connections(): Promise<number>;
  close(): Promise<void>;
}

const accept: Respond = (response) => {
  response.writeHead(204).end();
};

/** A real web server on loopback that takes whatever is posted to it. */
export async function openWebReceiver(): Promise<WebReceiver> {
  const posts: ReceivedPost[] = [];
  const waiting: (() => void)[] = [];
  let respond = accept;
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request);
    posts.push({ path: request.url ?? "", headers: request.headers, body });
    for (const told of waiting.splice(0)) told();
    respond(response);
  };
  const server = createServer((request, response) => void take(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const bound = server.address();
  return {
    port: typeof bound === "object" && bound ? bound.port : 0,
    posts,
    respond(next) {
      respond = next;
    },
    nextPost: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
      }),
    connections: () =>
      new Promise((resolve) => {
        server.getConnections((_error, count) => resolve(count));
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
