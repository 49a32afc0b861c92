import type { APIOverwrite } from "discord.js";
import { inChannel, inGuild, needIn } from "./access.ts";
import { invalidForm, Refusal, refusal } from "./errors.ts";
import { addChannel, addThread, removeChannel, tellOfChannel } from "./guild-changes.ts";
import { draftOf, type SentMessage } from "./message-bodies.ts";
import { createMessage } from "./message-changes.ts";
import { channelPayload, messagePayload } from "./payloads.ts";
import { guildPermissions, holds } from "./permissions.ts";
import { Answer, type Call, type Result, type Route } from "./routing.ts";
import { CHANNEL_TYPES, type Channel, type Guild } from "./world-types.ts";
import type { World } from "./world.ts";
import { isSet, wire } from "./wire.ts";

const AUDIT = {
  channelCreate: 10,
  channelUpdate: 11,
  channelDelete: 12,
  overwriteCreate: 13,
  overwriteUpdate: 14,
  overwriteDelete: 15,
  threadCreate: 110,
  threadUpdate: 111,
} as const;

export const channelRoutes: readonly Route[] = [
  { method: "GET", template: "/channels/{channel_id}", handle: getChannel },
  {
    method: "PATCH",
    template: "/channels/{channel_id}",
    handle: patchChannel,
    narrow: patchSchema,
  },
  { method: "DELETE", template: "/channels/{channel_id}", handle: deleteChannel },
  {
    method: "PUT",
    template: "/channels/{channel_id}/permissions/{overwrite_id}",
    handle: putOverwrite,
  },
  {
    method: "DELETE",
    template: "/channels/{channel_id}/permissions/{overwrite_id}",
    handle: deleteOverwrite,
  },
  { method: "POST", template: "/channels/{channel_id}/typing", handle: typing },
  { method: "POST", template: "/channels/{channel_id}/threads", handle: openThread },
  {
    method: "POST",
    template: "/channels/{channel_id}/messages/{message_id}/threads",
    handle: openThreadAt,
  },
  {
    method: "PUT",
    template: "/channels/{channel_id}/thread-members/@me",
    handle: (call) => joinThread(call, true),
  },
  {
    method: "DELETE",
    template: "/channels/{channel_id}/thread-members/@me",
    handle: (call) => joinThread(call, false),
  },
  { method: "GET", template: "/guilds/{guild_id}/channels", handle: listChannels },
  { method: "POST", template: "/guilds/{guild_id}/channels", handle: createChannel },
  { method: "GET", template: "/guilds/{guild_id}/threads/active", handle: activeThreads },
];

function getChannel(call: Call): Result {
  return channelPayload(call.world, inChannel(call));
}

function patchSchema(world: World, params: Readonly<Record<string, string>>): string | null {
  const channel = world.channels.get(params["channel_id"] ?? "");
  if (!channel?.guild) return null;
  return channel.thread ? "UpdateThreadRequestPartial" : "UpdateGuildChannelRequestPartial";
}

interface ChannelPatch {
  readonly name?: string;
  readonly topic?: string | null;
  readonly parent_id?: string | null;
  readonly rate_limit_per_user?: number | null;
  readonly permission_overwrites?: readonly OverwriteBody[] | null;
  readonly archived?: boolean;
  readonly locked?: boolean;
  readonly auto_archive_duration?: number;
}

interface OverwriteBody {
  readonly id: string;
  readonly type?: number | null;
  readonly allow?: string | number | null;
  readonly deny?: string | number | null;
}

function patchChannel(call: Call): Result {
  const { world } = call;
  const channel = inChannel(call);
  const { guild } = channel;
  if (!guild) throw refusal("wrongChannelType");
  const body = call.body as ChannelPatch;
  if (channel.thread) patchThread(call, channel, body);
  else {
    needIn(call, channel, "manageChannels");
    if (body.permission_overwrites !== undefined) {
      needIn(call, channel, "manageRoles");
      const wanted = (body.permission_overwrites ?? []).map((each) => overwriteOf(guild, each));
      for (const each of wanted) mayOverwrite(call, channel, each);
      channel.overwrites.clear();
      for (const each of wanted) channel.overwrites.set(each.id, each);
    }
    if (body.topic !== undefined) channel.topic = body.topic;
    if (body.parent_id !== undefined) channel.parentId = body.parent_id;
  }
  const old = channel.slowModeSeconds;
  if (body.name !== undefined) channel.name = body.name;
  if (isSet(body.rate_limit_per_user)) channel.slowModeSeconds = body.rate_limit_per_user;
  tellOfChannel(world, channel);
  const entry = {
    action_type: channel.thread ? AUDIT.threadUpdate : AUDIT.channelUpdate,
    target_id: channel.id,
    user_id: world.bot.id,
    changes: [{ key: "rate_limit_per_user", old_value: old, new_value: channel.slowModeSeconds }],
  };
  world.audit(guild, entry, call.by.reason);
  return channelPayload(world, channel);
}

function patchThread(call: Call, channel: Channel, body: ChannelPatch): void {
  const { thread } = channel;
  if (!thread) return;
  const owns = thread.ownerId === call.world.bot.id;
  const harmless = body.locked === undefined && body.rate_limit_per_user === undefined;
  if (!(owns && harmless)) needIn(call, channel, "manageThreads");
  if (thread.archived && body.archived !== false) throw refusal("threadArchived");
  if (body.archived !== undefined && body.archived !== thread.archived) {
    thread.archived = body.archived;
    thread.archiveChangedAt = call.world.now();
  }
  if (body.locked !== undefined) thread.locked = body.locked;
  if (body.auto_archive_duration !== undefined) {
    thread.autoArchiveMinutes = body.auto_archive_duration;
  }
}

function deleteChannel(call: Call): Result {
  const { world } = call;
  const channel = inChannel(call);
  if (!channel.guild) return channelPayload(world, channel);
  needIn(call, channel, channel.thread ? "manageThreads" : "manageChannels");
  const data = channelPayload(world, channel);
  removeChannel(world, channel);
  const entry = {
    action_type: AUDIT.channelDelete,
    target_id: channel.id,
    user_id: world.bot.id,
  };
  world.audit(channel.guild, entry, call.by.reason);
  return data;
}

/** The two kinds of overwrite. */
const ROLE = 0;
const MEMBER = 1;

function overwriteOf(guild: Guild, { id, type, allow, deny }: OverwriteBody): APIOverwrite {
  return {
    id,
    type: wire<APIOverwrite["type"]>(type ?? (guild.roles.has(id) ? ROLE : MEMBER)),
    allow: String(allow ?? 0),
    deny: String(deny ?? 0),
  };
}

/** Nobody may allow or deny what they do not have themselves. */
function mayOverwrite(call: Call, channel: Channel, wanted: APIOverwrite): void {
  const before = channel.overwrites.get(wanted.id);
  const changed =
    (BigInt(wanted.allow) ^ BigInt(before?.allow ?? 0)) |
    (BigInt(wanted.deny) ^ BigInt(before?.deny ?? 0));
  if ((changed & ~call.world.botRightsIn(channel)) !== 0n) throw refusal("missingPermissions");
}

function putOverwrite(call: Call): Result {
  const { world } = call;
  const channel = inChannel(call, "manageRoles");
  const { guild } = channel;
  if (!guild || channel.thread) throw refusal("wrongChannelType");
  const id = call.param("overwrite_id");
  const wanted = overwriteOf(guild, { id, ...(call.body as Omit<OverwriteBody, "id">) });
  const isRole = [ROLE].includes(wanted.type);
  const known = isRole ? guild.roles.has(id) : world.users.has(id);
  if (!known) throw isRole ? refusal("unknownRole") : refusal("unknownUser");
  mayOverwrite(call, channel, wanted);
  const action = channel.overwrites.has(id) ? AUDIT.overwriteUpdate : AUDIT.overwriteCreate;
  channel.overwrites.set(id, wanted);
  tellOfChannel(world, channel);
  const entry = { action_type: action, target_id: channel.id, user_id: world.bot.id };
  const options = { id, type: String(wanted.type) };
  world.audit(guild, { ...entry, options }, call.by.reason);
  return undefined;
}

function deleteOverwrite(call: Call): Result {
  const { world } = call;
  const channel = inChannel(call, "manageRoles");
  if (!channel.guild) throw refusal("wrongChannelType");
  const id = call.param("overwrite_id");
  if (!channel.overwrites.delete(id)) throw refusal("unknownOverwrite");
  tellOfChannel(world, channel);
  const entry = {
    action_type: AUDIT.overwriteDelete,
    target_id: channel.id,
    user_id: world.bot.id,
  };
  world.audit(channel.guild, entry, call.by.reason);
  return undefined;
}

function typing(call: Call): Result {
  const channel = inChannel(call);
  needIn(call, channel, "sendMessages");
  return undefined;
}

interface ThreadBody {
  readonly name: string;
  readonly type?: number | null;
  readonly auto_archive_duration?: number | null;
  readonly message?: SentMessage;
}

function guildOf(channel: Channel): Channel & { guild: Guild } {
  if (!channel.guild || channel.thread) throw refusal("wrongChannelType");
  return channel as Channel & { guild: Guild };
}

function threadDetails(call: Call, body: ThreadBody) {
  const minutes = body.auto_archive_duration;
  return {
    name: body.name,
    ownerId: call.world.bot.id,
    ...(!isSet(minutes) ? {} : { minutes }),
  };
}

function openThread(call: Call): Result {
  const { world } = call;
  const parent = guildOf(inChannel(call));
  const body = call.body as ThreadBody;
  const isForum = parent.type === CHANNEL_TYPES.forum;
  if (isForum && !body.message) {
    throw invalidForm(["message"], "BASE_TYPE_REQUIRED", "This field is required");
  }
  // Discord opens a private thread when no type is given.
  const isPrivate = !isForum && (body.type ?? CHANNEL_TYPES.privateThread) === 12;
  if (isForum) needIn(call, parent, "sendMessages");
  else needIn(call, parent, isPrivate ? "createPrivateThreads" : "createPublicThreads");
  const thread = addThread(world, parent, { ...threadDetails(call, body), private: isPrivate });
  noteThread(call, thread);
  if (!isForum || !body.message) return new Answer(201, channelPayload(world, thread));
  const draft = draftOf(world, thread, body.message, call.files);
  const message = createMessage(world, thread, world.bot, draft);
  const first = messagePayload(world, thread, message);
  return new Answer(201, { ...channelPayload(world, thread), message: first });
}

function openThreadAt(call: Call): Result {
  const { world } = call;
  const parent = guildOf(inChannel(call, "createPublicThreads"));
  const message = world.message(parent, call.param("message_id"));
  if (world.channels.has(message.id)) throw refusal("threadExists");
  const details = threadDetails(call, call.body as ThreadBody);
  const thread = addThread(world, parent, { ...details, id: message.id });
  noteThread(call, thread);
  return new Answer(201, channelPayload(world, thread));
}

function noteThread({ world, by }: Call, thread: Channel): void {
  if (!thread.guild) return;
  const entry = {
    action_type: AUDIT.threadCreate,
    target_id: thread.id,
    user_id: world.bot.id,
  };
  world.audit(thread.guild, entry, by.reason);
}

function joinThread(call: Call, wanted: boolean): Result {
  const channel = inChannel(call);
  if (!channel.thread) throw refusal("wrongChannelType");
  if (wanted) channel.thread.members.add(call.world.bot.id);
  else channel.thread.members.delete(call.world.bot.id);
  return undefined;
}

function listChannels(call: Call): Result {
  const { guild } = inGuild(call);
  return [...guild.channels.values()]
    .filter((each) => !each.thread)
    .map((each) => channelPayload(call.world, each));
}

function createChannel(call: Call): Result {
  const { world } = call;
  const { guild, me } = inGuild(call, "manageChannels");
  const body = call.body as ChannelPatch & { readonly name: string; readonly type?: number | null };
  const overwrites = (body.permission_overwrites ?? []).map((each) => overwriteOf(guild, each));
  const rights = guildPermissions(guild, me);
  const beyond = overwrites.some(
    ({ allow, deny }) => ((BigInt(allow) | BigInt(deny)) & ~rights) !== 0n,
  );
  if (beyond || (overwrites.length > 0 && !holds(rights, "manageRoles"))) {
    throw refusal("missingPermissions");
  }
  if (guild.channels.size >= 500) throw new Refusal(400, 30013, "Maximum number of channels (500)");
  const channel = addChannel(world, guild, {
    name: body.name,
    type: body.type ?? CHANNEL_TYPES.text,
    topic: body.topic ?? null,
    parentId: body.parent_id ?? null,
    overwrites,
  });
  const entry = {
    action_type: AUDIT.channelCreate,
    target_id: channel.id,
    user_id: world.bot.id,
  };
  world.audit(guild, entry, call.by.reason);
  return new Answer(201, channelPayload(world, channel));
}

function activeThreads(call: Call): Result {
  const { guild } = inGuild(call);
  const threads = [...guild.channels.values()].filter(({ thread }) => thread && !thread.archived);
  const mine = threads.filter(({ thread }) => thread?.members.has(call.world.bot.id));
  return {
    threads: threads.map((each) => channelPayload(call.world, each)),
    members: mine.map((each) => ({
      id: each.id,
      user_id: call.world.bot.id,
      join_timestamp: each.thread?.createdAt,
      flags: 0,
    })),
    has_more: false,
  };
}
