import { requireInside } from "./access.ts";
import type { Call, Handler } from "./call.ts";
import { badRequest } from "./errors.ts";
import { fullChat, photoSizes } from "./payloads.ts";

const MOST_FILE_BYTES = 20 * 1024 * 1024;

export const botMethods: Readonly<Record<string, Handler>> = {
  getMe: ({ world }) => ({
    ...world.bot,
    can_join_groups: true,
    can_read_all_group_messages: world.seesEverything,
    supports_guest_queries: false,
    supports_inline_queries: false,
    can_connect_to_business: false,
    has_main_web_app: false,
    has_topics_enabled: false,
    allows_users_to_create_topics: false,
    can_manage_bots: false,
    supports_join_request_queries: false,
  }),

  getChat(call) {
    const chat = call.chat();
    if (chat.type !== "private") requireInside(call.world, chat);
    return fullChat(call.world, chat);
  },

  getFile(call) {
    const file = call.world.files.get(call.text("file_id"));
    if (!file) throw badRequest("wrong file_id or the file is temporarily unavailable");
    const { file_id, file_unique_id, file_size, path } = file;
    if (file_size > MOST_FILE_BYTES) throw badRequest("file is too big");
    return { file_id, file_unique_id, file_size, file_path: path };
  },

  getUserProfilePhotos(call) {
    const { photos } = call.world.person(call.integer("user_id"));
    const offset = call.get<number>("offset") ?? 0;
    const shown = photos.slice(offset, offset + (call.get<number>("limit") ?? 100));
    return { total_count: photos.length, photos: shown.map((each) => photoSizes(each)) };
  },

  setMyCommands(call) {
    call.world.commands.set(scopeOf(call), call.get<object[]>("commands") ?? []);
    return true;
  },

  getMyCommands: (call) => call.world.commands.get(scopeOf(call)) ?? [],

  deleteMyCommands(call) {
    call.world.commands.delete(scopeOf(call));
    return true;
  },
};

/** Commands of a scope of one chat need the bot in it. */
function scopeOf(call: Call): string {
  const scope = call.get<{ type: string; chat_id?: number | string; user_id?: number }>("scope");
  if (scope?.chat_id !== undefined) requireInside(call.world, call.world.chat(scope.chat_id));
  const { type = "default", chat_id = "", user_id = "" } = scope ?? {};
  return [type, chat_id, user_id, call.text("language_code")].join(" ").trimEnd();
}
