import { types } from "node:util";
import type { Settings } from "../../src/config/settings.ts";
import { type Share, WHOLE } from "../../src/engine/share.ts";
import { type DestinationStream, type Logger, destination as openDestination, pino } from "pino";

/** What is kept of an error. Everything else may quote a request's body, a query's values or a token. */
export interface LoggedError {
  readonly name: string;
  readonly code?: string | number;
  readonly status?: number;
  readonly message: string;
  readonly stack?: string;
}

/** pino's own serializer copies every field of an error, the request body of a platform's error among them. */
export function describeError(error: unknown): LoggedError {
  if (!types.isNativeError(error)) return { name: typeof error, message: "not an Error" };
  const code = "code" in error ? error.code : undefined;
  const status = "status" in error ? error.status : undefined;
  return {
    name: error.name,
    ...((typeof code === "string" || typeof code === "number") && { code }),
    ...(typeof status === "number" && { status }),
    message: error.message,
    ...(error.stack !== undefined && { stack: error.stack }),
  };
}

export interface LogOptions {
  /** Several processes write to one standard error: each line says which has written it. */
  readonly share?: Share;
  /** Another destination, for tests. */
  readonly to?: DestinationStream;
}

/** The root logger: JSON lines on standard error, so that standard output belongs to a command's result. */
export function makeLog(
  level: Settings["LOG_LEVEL"],
  { share = WHOLE, to }: LogOptions = {},
): Logger {
  return pino(
    {
      level,
      base: share.of === 1 ? null : { process: share.index },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: describeError },
    },
    to ?? openDestination({ dest: 2, sync: true }),
  );
}
