import { checkCommands } from "./prose-commands.ts";
import { invalidForm, type Refusal, refusal } from "./errors.ts";
import {
  badLength,
  checkEach,
  checkMessage,
  checkNotEmpty,
  type ComponentBody,
  flatten,
  type MessageBody,
} from "./prose-messages.ts";
import { timeOfId } from "./snowflake.ts";
import { isSet } from "./wire.ts";

const DAY_MS = 86_400_000;
const TIMEOUT_DAYS = 28;
const BULK_DELETE_DAYS = 14;
const INCIDENT_HOURS = 24;
const REASON = 512;
const CHOICES = 25;

/** A request as the rules in Discord's prose look at it. */
export interface ProseRequest {
  readonly body: unknown;
  readonly files: number;
  readonly now: number;
}

type Rule = (request: ProseRequest) => Refusal | null;

const newMessage: Rule = ({ body, files }) =>
  checkMessage(body as MessageBody, []) ?? checkNotEmpty(body as MessageBody, files);
const editedMessage: Rule = ({ body }) => checkMessage(body as MessageBody, []);

const newThread: Rule = ({ body, files }) => {
  const { message } = body as { readonly message?: MessageBody };
  if (!message) return null;
  return checkMessage(message, ["message"]) ?? checkNotEmpty(message, files);
};

const RULES: Readonly<Record<string, Rule>> = {
  "POST /channels/{channel_id}/messages": newMessage,
  "PATCH /channels/{channel_id}/messages/{message_id}": editedMessage,
  "POST /channels/{channel_id}/threads": newThread,
  "POST /webhooks/{webhook_id}/{webhook_token}": newMessage,
  "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original": editedMessage,
  "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": editedMessage,
  "POST /interactions/{interaction_id}/{interaction_token}/callback": checkCallback,
  "POST /channels/{channel_id}/messages/bulk-delete": checkBulkDelete,
  "PATCH /guilds/{guild_id}/members/{user_id}": checkMemberPatch,
  "PUT /guilds/{guild_id}/incident-actions": checkIncidents,
  "PUT /applications/{application_id}/commands": ({ body }) => checkCommands(body),
  "PUT /applications/{application_id}/guilds/{guild_id}/commands": ({ body }) =>
    checkCommands(body),
};

/** The first limit of Discord's prose that a request breaks. */
export function checkProse(operation: string, request: ProseRequest): Refusal | null {
  if (request.body === undefined || request.body === null) return null;
  return RULES[operation]?.(request) ?? null;
}

/** `reason` is the header's text, decoded. */
export function checkReason(reason: string | null): Refusal | null {
  if (reason === null || [...reason].length <= REASON) return null;
  const words = `Must be ${REASON} or fewer in length.`;
  return invalidForm(["X-Audit-Log-Reason"], "BASE_TYPE_MAX_LENGTH", words);
}

interface CallbackBody {
  readonly type: number;
  readonly data?: MessageBody & {
    readonly custom_id?: string;
    readonly choices?: readonly { readonly name: string; readonly value: string | number }[];
  };
}

function checkCallback({ body, files }: ProseRequest): Refusal | null {
  const { type, data } = body as CallbackBody;
  switch (type) {
    case 4:
      return checkMessage(data ?? {}, ["data"]) ?? checkNotEmpty(data ?? {}, files);
    case 7:
      return checkMessage(data ?? {}, ["data"]);
    case 8:
      return checkChoices(data?.choices ?? []);
    case 9:
      return checkModal(data?.components ?? []);
    default:
      return null;
  }
}

function checkChoices(
  choices: readonly { readonly name: string; readonly value: string | number }[],
): Refusal | null {
  const path = ["data", "choices"];
  if (choices.length > CHOICES) return badLength(path, 0, CHOICES);
  const bad = choices.findIndex(
    ({ name, value }) =>
      name.length < 1 ||
      [...name].length > 100 ||
      (typeof value === "string" && [...value].length > 100),
  );
  return bad === -1 ? null : badLength([...path, String(bad)], 1, 100);
}

function checkModal(components: readonly ComponentBody[]): Refusal | null {
  const path = ["data", "components"];
  if (components.length < 1 || components.length > 5) return badLength(path, 1, 5);
  return checkEach(flatten(components), path);
}

function checkBulkDelete({ body, now }: ProseRequest): Refusal | null {
  const { messages } = body as { messages: readonly string[] };
  if (messages.length < 2 || messages.length > 100) return refusal("bulkDeleteCount");
  if (new Set(messages).size < messages.length) {
    return invalidForm(["messages"], "SET_TYPE_ALREADY_CONTAINS_VALUE", "Named twice");
  }
  const old = messages.some((id) => timeOfId(id) < now - BULK_DELETE_DAYS * DAY_MS);
  return old ? refusal("tooOldToBulkDelete") : null;
}

function checkMemberPatch({ body, now }: ProseRequest): Refusal | null {
  const until = (body as { communication_disabled_until?: string | null })
    .communication_disabled_until;
  if (!isSet(until) || Date.parse(until) <= now + TIMEOUT_DAYS * DAY_MS) return null;
  const words = `Cannot time out a member for more than ${TIMEOUT_DAYS} days`;
  return invalidForm(["communication_disabled_until"], "TIMEOUT_TOO_LONG", words);
}

function checkIncidents({ body, now }: ProseRequest): Refusal | null {
  for (const [field, value] of Object.entries(body as Record<string, string | null>)) {
    if (value === null || Date.parse(value) <= now + INCIDENT_HOURS * 3_600_000) continue;
    const words = `Must be within ${INCIDENT_HOURS} hours`;
    return invalidForm([field], "INCIDENT_ACTION_TOO_LONG", words);
  }
  return null;
}
