import { TokenParser, TokenType, Tokenizer } from "@streamparser/json";
import type { JsonValueAt } from "./export-record.ts";

/** The strings of one document are gathered in a buffer of this size, in bytes. */
const STRING_BUFFER_BYTES = 64 * 1024;

/** A single string or number longer than this, in bytes, is taken for damage: it would not fit in memory for long. */
const MAX_TOKEN_BYTES = 64 * 1024 * 1024;

/** Lists and objects inside each other; exports have about ten. The parser's time grows with the square of it. */
const MAX_DEPTH = 100;

const STEP: Readonly<Partial<Record<TokenType, number>>> = {
  [TokenType.LEFT_BRACE]: 1,
  [TokenType.LEFT_BRACKET]: 1,
  [TokenType.RIGHT_BRACE]: -1,
  [TokenType.RIGHT_BRACKET]: -1,
};

/**
 * Where and how a JSON document breaks. Says nothing of what stands there, which may be personal data;
 * for the same reason the parser's own error, which quotes it, is not kept as the cause.
 */
export class JsonDamage extends Error {
  readonly offset: number;

  constructor(reason: string, offset: number) {
    super(reason);
    this.name = "JsonDamage";
    this.offset = offset;
  }
}

/**
 * Reads one JSON document as it arrives and yields the values at the given paths (such as
 * `$.messages.*`), in document order, in batches of one chunk. Values are let go once yielded, so
 * that memory does not grow with the document. Throws {@link JsonDamage} where the document breaks
 * or ends early, after everything before that point was yielded.
 */
export async function* streamJson(
  chunks: AsyncIterable<Buffer>,
  paths: readonly string[],
): AsyncGenerator<readonly JsonValueAt[]> {
  let found: JsonValueAt[] = [];
  let tokenAt = 0;
  let bytesSinceToken = 0;
  let depth = 0;
  const tokenizer = new Tokenizer({ stringBufferSize: STRING_BUFFER_BYTES });
  const parser = new TokenParser({ paths: [...paths], keepStack: false });
  tokenizer.onToken = (token) => {
    tokenAt = token.offset;
    bytesSinceToken = 0;
    depth += STEP[token.token] ?? 0;
    if (depth > MAX_DEPTH) throw new JsonDamage(`nested deeper than ${MAX_DEPTH}`, tokenAt);
    parser.write(token);
  };
  parser.onValue = ({ value, key, stack }) => {
    const keys = stack.slice(1).map((element) => element.key ?? "");
    found.push({ keys: [...keys, key ?? ""], value });
  };

  for await (const chunk of chunks) {
    const damage = write(chunk);
    if (found.length > 0) {
      const batch = found;
      found = [];
      yield batch;
    }
    if (damage) throw damage;
  }
  if (!parser.isEnded) throw new JsonDamage("the file ends in the middle", tokenAt);

  function write(chunk: Buffer): JsonDamage | null {
    bytesSinceToken += chunk.length;
    try {
      tokenizer.write(chunk);
    } catch (error) {
      if (error instanceof JsonDamage) return error;
      const reason = parser.isEnded
        ? "something follows the end of the JSON"
        : "the JSON is broken";
      return new JsonDamage(reason, tokenAt);
    }
    if (bytesSinceToken <= MAX_TOKEN_BYTES) return null;
    return new JsonDamage(`one value is longer than ${MAX_TOKEN_BYTES} bytes`, tokenAt);
  }
}
