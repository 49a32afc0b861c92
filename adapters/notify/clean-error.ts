/** What is kept of a failure to deliver. */
export interface FailureCodes {
  /** Of the system or the library, such as `ECONNREFUSED`. */
  readonly code?: string | undefined;
  /** What the other side answered: an SMTP reply code or an HTTP status. */
  readonly status?: number | undefined;
}

/** Codes are short words; anything else might be a text that quotes what was sent. */
const CODE = /^[A-Z][A-Z0-9_]{1,40}$/u;

/**
 * An error with a failure's codes alone. The texts of mail and web libraries repeat addresses,
 * passwords and what the other side answered, which may quote the notice.
 */
export function cleanError({ code, status }: FailureCodes): Error {
  return Object.assign(new Error("notice not delivered"), {
    ...(code !== undefined && CODE.test(code) && { code }),
    ...(status !== undefined && { status }),
  });
}
