import type { Call, Handler } from "./call.ts";
import { malformed, Refusal } from "./errors.ts";
import type { Polling } from "./polling.ts";
import type { Updates } from "./updates.ts";
import type { Webhooks } from "./webhooks.ts";

const USUAL_CONNECTIONS = 40;
const WEBHOOK_SET =
  "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";

/** How a bot gets its updates: by polls, or by a webhook. */
export function updateMethods(
  updates: Updates,
  polling: Polling,
  webhooks: Webhooks,
): Readonly<Record<string, Handler>> {
  return {
    async getUpdates(call) {
      if (webhooks.settings) throw new Refusal(409, WEBHOOK_SET);
      noteAllowed(call, updates);
      const found = await polling.poll({
        offset: call.get<number>("offset") ?? 0,
        limit: call.get<number>("limit") ?? 100,
        timeout: call.get<number>("timeout") ?? 0,
      });
      return found.map(({ json }) => JSON.parse(json) as object);
    },

    setWebhook(call) {
      const url = call.text("url");
      if (url !== "" && !URL.canParse(url)) throw malformed("bad webhook: Wrong HTTP URL");
      noteAllowed(call, updates);
      if (call.flag("drop_pending_updates")) updates.clear();
      polling.end("terminated by setWebhook request");
      webhooks.set(
        url === ""
          ? null
          : {
              url,
              secret: call.get<string>("secret_token") ?? null,
              maxConnections: call.get<number>("max_connections") ?? USUAL_CONNECTIONS,
            },
      );
      return true;
    },

    deleteWebhook(call) {
      if (call.flag("drop_pending_updates")) updates.clear();
      webhooks.set(null);
      return true;
    },

    getWebhookInfo() {
      const { settings, lastError } = webhooks;
      return {
        url: settings?.url ?? "",
        has_custom_certificate: false,
        pending_update_count: updates.waiting().length,
        ...(settings ? { max_connections: settings.maxConnections } : {}),
        ...(lastError
          ? { last_error_date: lastError.at, last_error_message: lastError.words }
          : {}),
        ...(updates.allowed.length > 0 ? { allowed_updates: updates.allowed } : {}),
      };
    },
  };
}

/** The list stays as it was unless another is given. */
function noteAllowed(call: Call, updates: Updates): void {
  updates.allowed = call.get<string[]>("allowed_updates") ?? updates.allowed;
}
