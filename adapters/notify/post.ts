import { type OutgoingHttpHeaders, request as requestPlain } from "node:http";
import { request as requestSecure } from "node:https";

/** An answer's content says nothing that is used; a short one is read so that the connection ends in good order. */
const ANSWER_BYTES = 1024;

export interface Post {
  readonly headers: OutgoingHttpHeaders;
  readonly body: string;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  /** The `Retry-After` header as it came. */
  readonly retryAfter: string | null;
}

/**
 * Posts over a connection of its own, which has ended when the promise settles: fetch keeps
 * connections in a pool that nobody can close, and opens a new one after an abort. Follows no
 * redirect, reads 1 KB of the answer at most. A login in the address becomes Basic authentication.
 * Rejects with a system error or, once aborted, with an AbortError.
 */
export function post(to: URL, { headers, body, signal }: Post): Promise<Answer> {
  const request = to.protocol === "https:" ? requestSecure : requestPlain;
  return new Promise((resolve, reject) => {
    const posting = request(to, { method: "POST", headers, signal, agent: false });
    let answer: Answer | null = null;
    let problem = new Error("the connection ended without an answer");
    posting.on("response", (response) => {
      const { statusCode = 0, headers: answered } = response;
      answer = { status: statusCode, retryAfter: answered["retry-after"] ?? null };
      let read = 0;
      response.on("data", (chunk: Buffer) => {
        read += chunk.byteLength;
        if (read >= ANSWER_BYTES) response.destroy();
      });
      // The status has told the outcome; an answer that breaks off changes nothing.
      response.on("error", () => {});
    });
    posting.on("error", (error) => {
      problem = error;
    });
    posting.on("close", () => {
      if (answer) resolve(answer);
      else reject(problem);
    });
    posting.end(body);
  });
}
