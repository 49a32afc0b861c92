/** Random values; the only source of them. */
export interface Ids {
  /** A new identifier that nothing else has. */
  next(): string;
  /** 128 random bits in lower-case hex. */
  nonce(): string;
}
