import { type Result, fail } from "../../src/engine/result.ts";
import type { ActionError } from "../../src/ports/platform.ts";
import { cleanError } from "./clean-error.ts";

export interface SendLimits {
  /** A send that takes longer is aborted, whatever the other side does meanwhile. */
  readonly deadlineMs: number;
  /** What close() leaves to sends under way before it aborts them. */
  readonly graceMs: number;
}

/** The sends of one notifier that are under way. */
export interface Sends {
  /** Runs `send` with a signal for its deadline; `unavailable` once closing has begun. `send` may not throw. */
  run<T>(
    send: (signal: AbortSignal) => Promise<Result<T, ActionError>>,
  ): Promise<Result<T, ActionError>>;
  /** Takes no more, waits for those under way, aborts those that outlast the grace; resolves when none is left. */
  close(): Promise<void>;
}

export function makeSends({ deadlineMs, graceMs }: SendLimits): Sends {
  const underWay = new Map<Promise<unknown>, AbortController>();
  let closing = false;
  return {
    async run(send) {
      if (closing) return fail({ kind: "unavailable", cause: cleanError({ code: "ECLOSED" }) });
      const controller = new AbortController();
      const deadline = setTimeout(() => controller.abort(), deadlineMs);
      const sending = send(controller.signal);
      underWay.set(sending, controller);
      try {
        return await sending;
      } finally {
        clearTimeout(deadline);
        underWay.delete(sending);
      }
    },
    async close() {
      closing = true;
      const grace = setTimeout(() => {
        for (const controller of underWay.values()) controller.abort();
      }, graceMs);
      await Promise.allSettled(underWay.keys());
      clearTimeout(grace);
    },
  };
}
