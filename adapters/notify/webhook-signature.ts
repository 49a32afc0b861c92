import { createHmac } from "node:crypto";

const PREFIX = "whsec_";

/** The key of a webhook's secret: `whsec_` and base64 as Standard Webhooks writes it, or any other text as it stands. */
export function readWebhookSecret(secret: string): Buffer {
  return secret.startsWith(PREFIX)
    ? Buffer.from(secret.slice(PREFIX.length), "base64")
    : Buffer.from(secret, "utf8");
}

/**
 * The `webhook-signature` header by Standard Webhooks 1.0: HMAC-SHA256 over id, time and body,
 * joined by full stops.
 */
export function signWebhook(
  key: Buffer,
  { id, timestamp, body }: { id: string; timestamp: number; body: string },
): string {
  return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
}
