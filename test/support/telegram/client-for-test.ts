import type { LoopbackTelegram } from "./loopback.ts";

/** An answer of the Bot API. */
export interface Answer<T> {
  readonly status: number;
  readonly result: T;
  readonly description: string | null;
  readonly migrateTo: number | null;
  /** Seconds. */
  readonly retryAfter: number | null;
}

interface Wire {
  readonly result?: unknown;
  readonly description?: string;
  readonly parameters?: { readonly migrate_to_chat_id?: number; readonly retry_after?: number };
}

/** What the caller expects the method to give back. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
export async function call<T = unknown>(
  telegram: LoopbackTelegram,
  method: string,
  params: object = {},
): Promise<Answer<T>> {
  return post<T>(telegram, method, JSON.stringify(params), "application/json");
}

/** Sends a body as it is; `type` null lets the body say itself what it is, as forms do. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
export async function post<T = unknown>(
  telegram: LoopbackTelegram,
  method: string,
  body: string | FormData | URLSearchParams,
  type: string | null = null,
): Promise<Answer<T>> {
  const response = await fetch(`${telegram.url}/bot${telegram.token}/${method}`, {
    method: "POST",
    body,
    ...(type === null ? {} : { headers: { "content-type": type } }),
  });
  const wire = (await response.json()) as Wire;
  return {
    status: response.status,
    result: wire.result as T,
    description: wire.description ?? null,
    migrateTo: wire.parameters?.migrate_to_chat_id ?? null,
    retryAfter: wire.parameters?.retry_after ?? null,
  };
}

/** Resolves once `test` holds; rejects after five seconds. */
export async function eventually(test: () => boolean): Promise<void> {
  const end = Date.now() + 5000;
  while (!test()) {
    if (Date.now() > end) throw new Error(`not so within 5 s: ${test.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
