import { type Result, fail, ok } from "../../src/engine/result.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Log } from "../../src/ports/log.ts";
import type { Delivered, Delivery, Notice, Notifier } from "../../src/ports/notifier.ts";
import type { ActionError } from "../../src/ports/platform.ts";
import { errorCode } from "../system/error-code.ts";
import { cleanError } from "./clean-error.ts";
import { headerToken } from "./header-token.ts";
import { logDelivery } from "./log-delivery.ts";
import { type Answer, post } from "./post.ts";
import { readRetryAfter } from "./retry-after.ts";
import { type SendLimits, makeSends } from "./sends.ts";
import { readWebhookSecret, signWebhook } from "./webhook-signature.ts";

const LIMITS: SendLimits = { deadlineMs: 10_000, graceMs: 5000 };

export interface WebhookOptions {
  /** http or https, with a user and password where the receiver wants Basic authentication; see `WEBHOOK_URL`. */
  readonly url: string;
  /** Absent: nothing is signed; see `WEBHOOK_SECRET`. */
  readonly secret?: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<SendLimits>;
}

/**
 * Notices as JSON to one address, signed by Standard Webhooks. `webhook-id` is the same for every
 * try of a notice; the time and the signature are those of the try.
 */
export function makeWebhook(options: WebhookOptions): Notifier {
  const { clock, log } = options;
  const target = new URL(options.url);
  const key = options.secret === undefined ? null : readWebhookSecret(options.secret);
  const sends = makeSends({ ...LIMITS, ...options.limits });

  async function deliver(
    id: string,
    body: string,
    signal: AbortSignal,
  ): Promise<Result<Delivery, ActionError>> {
    const timestamp = Math.floor(clock.now() / 1000);
    const headers = {
      "content-type": "application/json",
      "user-agent": "Candor",
      "webhook-id": id,
      "webhook-timestamp": String(timestamp),
      ...(key && { "webhook-signature": signWebhook(key, { id, timestamp, body }) }),
    };
    try {
      return readAnswer(await post(target, { headers, body, signal }), clock.now());
    } catch (error) {
      const code = signal.aborted ? "ETIMEDOUT" : errorCode(error);
      return fail({ kind: "unavailable", cause: cleanError({ code }) });
    }
  }

  return {
    way: "webhook",
    async send(person, notice) {
      const body = JSON.stringify(describeNotice(person, notice));
      const id = headerToken(notice.id);
      const delivered: Delivered = await sends.run((signal) => deliver(id, body, signal));
      logDelivery(log, "webhook", notice, delivered);
      return delivered;
    },
    close: () => sends.close(),
  };
}

function describeNotice(person: string, notice: Notice): object {
  return {
    type: "candor.notice",
    id: notice.id,
    community: notice.communityId,
    case: notice.caseNumber,
    person,
    title: notice.title,
    lines: notice.lines,
    commands: notice.buttons.map(({ label, command }) => ({ label, command })),
  };
}

function readAnswer({ status, retryAfter }: Answer, now: number): Result<Delivery, ActionError> {
  if (status >= 200 && status < 300) return ok({ ref: null });
  switch (status) {
    case 401:
    case 403:
      return fail({ kind: "forbidden", permission: "webhook" });
    case 404:
      return fail({ kind: "unreachable" });
    case 410:
      return fail({ kind: "gone" });
    case 429:
      return fail({ kind: "throttled", retryAfterMs: readRetryAfter(retryAfter, now) });
    default:
      return fail({ kind: "unavailable", cause: cleanError({ status }) });
  }
}
