/**
 * The `code` of a system or database error, such as `ENOENT` or `23505`; undefined where there is
 * none. Errors of Node itself need not be `instanceof Error` where a program runs in a context of
 * its own, as under jest.
 */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
