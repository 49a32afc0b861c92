/** Whether a field of a body was given, and not as null. */
export function isSet<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

/** A number of the wire format as the enumeration that discord.js has for it; its values would load the library. */
// The type is all there is to give, so it is used once.
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
export function wire<T extends number>(value: number): T {
  return value as unknown as T;
}
