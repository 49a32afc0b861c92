import type { APIMessage } from "discord.js";
import { invalidForm, refusal } from "./errors.ts";
import type { AnswerKind, ShownChoice, ShownModal } from "./interaction-handle.ts";
import { INTERACTION, type Pending, type Placed } from "./interactions.ts";
import {
  changeOf,
  draftOf,
  EPHEMERAL,
  LOADING,
  saysNothing,
  type SentMessage,
} from "./message-bodies.ts";
import { messagePayload } from "./payloads.ts";
import { Answer, type Call, type Result, type Route } from "./routing.ts";
import { wire } from "./wire.ts";

type Flags = NonNullable<APIMessage["flags"]>;

const HOOK = "/webhooks/{webhook_id}/{webhook_token}";

const CALLBACK = {
  message: 4,
  deferred: 5,
  deferredUpdate: 6,
  update: 7,
  choices: 8,
  modal: 9,
} as const;

/** What may be answered to what. */
const ALLOWED: Readonly<Record<number, readonly number[]>> = {
  [INTERACTION.command]: [4, 5, 9],
  [INTERACTION.component]: [4, 5, 6, 7, 9],
  [INTERACTION.autocomplete]: [8],
  [INTERACTION.modal]: [4, 5, 6, 7],
};

const SCHEMAS: Readonly<Record<number, string>> = {
  4: "CreateMessageInteractionCallbackRequest",
  5: "CreateMessageInteractionCallbackRequest",
  6: "UpdateMessageInteractionCallbackRequest",
  7: "UpdateMessageInteractionCallbackRequest",
  8: "ApplicationCommandAutocompleteCallbackRequest",
  9: "ModalInteractionCallbackRequest",
};

export const interactionRoutes: readonly Route[] = [
  {
    method: "POST",
    template: "/interactions/{interaction_id}/{interaction_token}/callback",
    open: true,
    narrow: (_world, _params, body) =>
      SCHEMAS[(body as { type?: number } | null)?.type ?? 0] ?? null,
    handle: callback,
  },
  {
    method: "POST",
    template: HOOK,
    open: true,
    narrow: () => "IncomingWebhookRequestPartial",
    handle: followUp,
  },
  ...[`${HOOK}/messages/@original`, `${HOOK}/messages/{message_id}`].flatMap(
    (template): Route[] => [
      { method: "GET", template, open: true, handle: getReply },
      { method: "PATCH", template, open: true, handle: patchReply },
      { method: "DELETE", template, open: true, handle: deleteReply },
    ],
  ),
];

interface CallbackBody {
  readonly type: number;
  readonly data?: SentMessage & { readonly choices?: readonly ShownChoice[] };
}

function callback(call: Call): Result {
  const { interactions, world } = call;
  const pending = interactions.toAnswer(
    call.param("interaction_id"),
    call.param("interaction_token"),
  );
  const { type, data = {} } = call.body as CallbackBody;
  const allowed = ALLOWED[pending.type]?.includes(type) ?? false;
  const needsSource = type === CALLBACK.update || type === CALLBACK.deferredUpdate;
  if (!allowed || (needsSource && !pending.source)) {
    throw invalidForm(["type"], "INTERACTION_CALLBACK_INVALID", "Not a fitting answer");
  }
  const placed = answer(call, pending, type, data);
  if (call.query.get("with_response") !== "true") return undefined;
  const shown = placed ? messagePayload(world, placed.channel, placed.message) : null;
  return new Answer(200, {
    interaction: {
      id: pending.id,
      type: pending.type,
      channel_id: pending.channel.id,
      ...(placed ? { response_message_id: placed.message.id } : {}),
      response_message_loading: pending.loading,
      response_message_ephemeral: placed?.ephemeral ?? false,
    },
    // Only an answer that says something brings its message along.
    ...(shown && (type === CALLBACK.message || type === CALLBACK.update)
      ? { resource: { type, message: shown } }
      : {}),
  });
}

/** Takes the first answer; gives back the message it made or changed. */
function answer(
  call: Call,
  pending: Pending,
  type: number,
  data: NonNullable<CallbackBody["data"]>,
): Placed | null {
  const { interactions, world } = call;
  const draft = () => draftOf(world, pending.channel, data, call.files);
  switch (type) {
    case CALLBACK.message:
      pending.original = interactions.say(pending, draft());
      break;
    case CALLBACK.deferred: {
      const flags = wire<Flags>(((data.flags ?? 0) & EPHEMERAL) | LOADING);
      pending.original = interactions.say(pending, { flags });
      pending.loading = true;
      break;
    }
    case CALLBACK.deferredUpdate:
      pending.original = pending.source;
      break;
    case CALLBACK.update:
      pending.original = pending.source;
      if (pending.source) change(call, pending.source, data);
      break;
    default:
      break;
  }
  pending.answered = true;
  note(call, pending, KINDS[type] ?? "message", pending.original, {
    modal: type === CALLBACK.modal ? (data as unknown as ShownModal) : null,
    choices: type === CALLBACK.choices ? (data.choices ?? []) : null,
  });
  return pending.original;
}

const KINDS: Readonly<Record<number, AnswerKind>> = {
  [CALLBACK.message]: "message",
  [CALLBACK.deferred]: "deferred",
  [CALLBACK.deferredUpdate]: "deferred-update",
  [CALLBACK.update]: "update",
  [CALLBACK.choices]: "choices",
  [CALLBACK.modal]: "modal",
};

function note(
  { world }: Call,
  pending: Pending,
  kind: AnswerKind,
  placed: Placed | null,
  more: { modal?: ShownModal | null; choices?: readonly ShownChoice[] | null } = {},
): void {
  const at = world.clock.now();
  pending.handle.note({
    kind,
    at,
    afterMs: at - pending.startedAt,
    ephemeral: placed?.ephemeral ?? false,
    message: placed ? { ...placed.message.data } : null,
    modal: more.modal ?? null,
    choices: more.choices ?? null,
  });
}

function change(call: Call, placed: Placed, body: SentMessage): void {
  const { message, channel } = placed;
  const changed = changeOf(call.world, channel, body, call.files, message.data);
  if (saysNothing({ ...message.data, ...changed })) throw refusal("emptyMessage");
  call.interactions.edit(placed, changed);
}

function followUp(call: Call): Result {
  const { interactions, world } = call;
  const pending = interactions.answeredBy(call.param("webhook_token"));
  // While the reply is "thinking", what is posted becomes the reply, and stays as private as it.
  if (pending.loading && pending.original) return fill(call, pending, call.body as SentMessage);
  const draft = draftOf(world, pending.channel, call.body as SentMessage, call.files);
  const placed = interactions.say(pending, draft);
  note(call, pending, "followup", placed);
  return messagePayload(world, placed.channel, placed.message);
}

/** Puts words into a reply that was "thinking". */
function fill(call: Call, pending: Pending, body: SentMessage): Result {
  const placed = pending.original;
  if (!placed) throw refusal("unknownMessage");
  const flags = (placed.message.data.flags ?? 0) & ~LOADING;
  const changed = changeOf(call.world, placed.channel, body, call.files, placed.message.data);
  if (saysNothing({ ...placed.message.data, ...changed })) throw refusal("emptyMessage");
  const own = (changed.flags ?? 0) & ~LOADING;
  call.interactions.edit(placed, { ...changed, flags: wire<Flags>(flags | own) });
  pending.loading = false;
  note(call, pending, "edit", placed);
  return messagePayload(call.world, placed.channel, placed.message);
}

/** The message that a webhook route is about. */
function replyOf(call: Call, pending: Pending): Placed {
  const id = call.hole("message_id");
  const original = pending.original;
  const wanted =
    id === null || id === original?.message.id ? original : (pending.said.get(id) ?? null);
  if (!wanted || !call.interactions.stands(wanted)) throw refusal("unknownMessage");
  return wanted;
}

function getReply(call: Call): Result {
  const pending = call.interactions.answeredBy(call.param("webhook_token"));
  const { channel, message } = replyOf(call, pending);
  return messagePayload(call.world, channel, message);
}

function patchReply(call: Call): Result {
  const pending = call.interactions.answeredBy(call.param("webhook_token"));
  const placed = replyOf(call, pending);
  const body = call.body as SentMessage;
  if (pending.loading && placed === pending.original) return fill(call, pending, body);
  change(call, placed, body);
  note(call, pending, "edit", placed);
  return messagePayload(call.world, placed.channel, placed.message);
}

function deleteReply(call: Call): Result {
  const pending = call.interactions.answeredBy(call.param("webhook_token"));
  const placed = replyOf(call, pending);
  call.interactions.remove(pending, placed);
  note(call, pending, "delete", placed);
  return undefined;
}
