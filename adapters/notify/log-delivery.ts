import type { Log } from "../../src/ports/log.ts";
import type { Delivered, Notice, Notifier } from "../../src/ports/notifier.ts";

/** Tells the log what became of a notice: its id and the kind of failure, never to whom or what. */
export function logDelivery(
  log: Log,
  way: Notifier["way"],
  { id }: Notice,
  delivered: Delivered,
): void {
  if (delivered.ok) {
    log.debug({ noticeId: id, way }, "notice delivered");
    return;
  }
  const { error } = delivered;
  log.warn(
    {
      noticeId: id,
      way,
      kind: error.kind,
      ...(error.kind === "forbidden" && { permission: error.permission }),
      ...(error.kind === "unavailable" && { err: error.cause }),
    },
    "notice not delivered",
  );
}
