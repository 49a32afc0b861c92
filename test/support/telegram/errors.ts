/** What a client can read out of an error beside its words. */
export interface ResponseParameters {
  readonly migrate_to_chat_id?: number;
  /** Seconds. */
  readonly retry_after?: number;
}

const PREFIXES: Readonly<Record<number, string>> = { 400: "Bad Request", 403: "Forbidden" };

/** Thrown by whatever handles a call; becomes the answer. */
export class Refusal extends Error {
  /** `error_code`, which is the HTTP status as well. */
  readonly code: number;
  readonly parameters: ResponseParameters | null;
  /** The call itself is not one that the description or its prose allows, whoever is asked and whenever. */
  readonly malformed: boolean;

  constructor(
    code: number,
    words: string,
    more: { parameters?: ResponseParameters; malformed?: boolean } = {},
  ) {
    const prefix = PREFIXES[code];
    super(prefix === undefined ? words : `${prefix}: ${words}`);
    this.code = code;
    this.parameters = more.parameters ?? null;
    this.malformed = more.malformed ?? false;
  }

  get body(): object {
    const { code, message, parameters } = this;
    const base = { ok: false, error_code: code, description: message };
    return parameters ? { ...base, parameters } : base;
  }
}

/** 400: the call is fine, the world is not so. */
export function badRequest(words: string): Refusal {
  return new Refusal(400, words);
}

/** 400: the call would never be fine. */
export function malformed(words: string): Refusal {
  return new Refusal(400, words, { malformed: true });
}

export function forbidden(words: string): Refusal {
  return new Refusal(403, words);
}
