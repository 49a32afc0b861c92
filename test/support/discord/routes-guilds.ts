import { inGuild } from "./access.ts";
import { refusal } from "./errors.ts";
import { addRole, removeMember, tellOfGuild } from "./guild-changes.ts";
import { channelPayload, guildPayload } from "./payloads.ts";
import { dmChannel } from "./message-changes.ts";
import { guildPermissions } from "./permissions.ts";
import { applicationFlags } from "./gateway.ts";
import type { Call, Result, Route } from "./routing.ts";
import { compareIds } from "./snowflake.ts";

const GUILD_UPDATE = 1;
const ROLE_CREATE = 30;

export const guildRoutes: readonly Route[] = [
  { method: "GET", template: "/gateway", handle: ({ gateway }) => ({ url: gateway.url }) },
  { method: "GET", template: "/gateway/bot", handle: gatewayBot },
  { method: "GET", template: "/users/@me", handle: me },
  {
    method: "GET",
    template: "/users/{user_id}",
    handle: (call) => call.world.user(call.param("user_id")),
  },
  { method: "GET", template: "/users/@me/guilds", handle: myGuilds },
  { method: "DELETE", template: "/users/@me/guilds/{guild_id}", handle: leave },
  { method: "POST", template: "/users/@me/channels", handle: openDm },
  { method: "GET", template: "/applications/@me", handle: application },
  { method: "GET", template: "/oauth2/applications/@me", handle: application },
  { method: "GET", template: "/guilds/{guild_id}", handle: getGuild },
  { method: "GET", template: "/guilds/{guild_id}/roles", handle: listRoles },
  { method: "POST", template: "/guilds/{guild_id}/roles", handle: createRole },
  { method: "GET", template: "/guilds/{guild_id}/roles/{role_id}", handle: getRole },
  { method: "PUT", template: "/guilds/{guild_id}/incident-actions", handle: incidents },
  { method: "GET", template: "/guilds/{guild_id}/auto-moderation/rules", handle: automodRules },
  {
    method: "GET",
    template: "/guilds/{guild_id}/auto-moderation/rules/{rule_id}",
    handle: automodRule,
  },
  { method: "GET", template: "/guilds/{guild_id}/audit-logs", handle: auditLog },
];

function gatewayBot({ gateway }: Call): Result {
  const { total, maxConcurrency, shards } = gateway.sessionStart;
  return {
    url: gateway.url,
    shards,
    session_start_limit: {
      total,
      remaining: Math.max(0, total - gateway.counts.identifies),
      reset_after: 86_400_000,
      max_concurrency: maxConcurrency,
    },
  };
}

function me({ world }: Call): Result {
  return { ...world.bot, verified: true, mfa_enabled: true, locale: "en-US", email: null };
}

function myGuilds({ world, query }: Call): Result {
  const after = query.get("after") ?? "0";
  return [...world.guilds.values()]
    .filter(({ id, members }) => members.has(world.bot.id) && compareIds(id, after) > 0)
    .toSorted((a, b) => compareIds(a.id, b.id))
    .slice(0, Number(query.get("limit") ?? 200))
    .map((guild) => {
      const member = guild.members.get(world.bot.id);
      const rights = member ? guildPermissions(guild, member) : 0n;
      const owner = guild.ownerId === world.bot.id;
      const { id, name } = guild;
      return {
        id,
        name,
        icon: null,
        banner: null,
        owner,
        permissions: String(rights),
        features: [],
      };
    });
}

function leave(call: Call): Result {
  const { guild } = inGuild(call);
  removeMember(call.world, guild, call.world.bot.id);
  return undefined;
}

function openDm({ world, body }: Call): Result {
  const { recipient_id: id } = body as { recipient_id: string };
  const { bot } = world.user(id);
  if (bot) throw refusal("cannotMessageUser");
  return channelPayload(world, dmChannel(world, id));
}

function application({ world, gateway }: Call): Result {
  const { id } = world.bot;
  return {
    id: world.applicationId,
    name: world.bot.username,
    icon: null,
    description: "",
    type: null,
    owner: world.bot,
    redirect_uris: [],
    interactions_endpoint_url: null,
    role_connections_verification_url: null,
    approximate_user_install_count: 0,
    approximate_user_authorization_count: 0,
    explicit_content_filter: 0,
    eligible_oauth2_scopes: [],
    flags_new: String(applicationFlags(gateway.privileged)),
    bot: world.bot,
    bot_public: true,
    bot_require_code_grant: false,
    verify_key: id.padStart(64, "0"),
    flags: applicationFlags(gateway.privileged),
    approximate_guild_count: world.guilds.size,
    team: null,
  };
}

function getGuild(call: Call): Result {
  const { guild } = inGuild(call);
  const counts =
    call.query.get("with_counts") === "true"
      ? {
          approximate_member_count: guild.members.size,
          approximate_presence_count: guild.members.size,
        }
      : {};
  return { ...guildPayload(guild), ...counts };
}

function listRoles(call: Call): Result {
  return [...inGuild(call).guild.roles.values()];
}

function getRole(call: Call): Result {
  return call.world.role(inGuild(call).guild, call.param("role_id"));
}

function createRole(call: Call): Result {
  const { guild, me: own } = inGuild(call, "manageRoles");
  const { name, permissions } = call.body as { name?: string; permissions?: string | number };
  const wanted = BigInt(permissions ?? 0);
  if ((wanted & ~guildPermissions(guild, own)) !== 0n) throw refusal("missingPermissions");
  const details = { name: name ?? "new role", permissions: String(wanted), position: 1 };
  const role = addRole(call.world, guild, details);
  const entry = { action_type: ROLE_CREATE, target_id: role.id, user_id: own.user.id };
  call.world.audit(guild, entry, call.by.reason);
  return role;
}

interface IncidentBody {
  readonly invites_disabled_until?: string | null;
  readonly dms_disabled_until?: string | null;
}

function incidents(call: Call): Result {
  const { guild } = inGuild(call, "manageGuild");
  const body = call.body as IncidentBody;
  const kept = guild.incidents;
  guild.incidents = {
    invites_disabled_until:
      body.invites_disabled_until === undefined
        ? (kept?.invites_disabled_until ?? null)
        : body.invites_disabled_until,
    dms_disabled_until:
      body.dms_disabled_until === undefined
        ? (kept?.dms_disabled_until ?? null)
        : body.dms_disabled_until,
  };
  tellOfGuild(call.world, guild);
  const entry = { action_type: GUILD_UPDATE, target_id: guild.id, user_id: call.world.bot.id };
  call.world.audit(guild, entry, call.by.reason);
  return guild.incidents;
}

function automodRules(call: Call): Result {
  return inGuild(call, "manageGuild").guild.automod;
}

function automodRule(call: Call): Result {
  const { guild } = inGuild(call, "manageGuild");
  const rule = guild.automod.find(({ id }) => id === call.param("rule_id"));
  if (!rule) throw refusal("notFound");
  return rule;
}

function auditLog(call: Call): Result {
  const { world, query } = call;
  const { guild } = inGuild(call, "viewAuditLog");
  const wanted = (name: string) => query.get(name);
  const { audit } = guild;
  const found = audit.filter(
    (entry) =>
      (wanted("user_id") ?? entry.user_id) === entry.user_id &&
      (wanted("target_id") ?? entry.target_id) === entry.target_id &&
      [Number(wanted("action_type") ?? entry.action_type)].includes(entry.action_type) &&
      compareIds(entry.id, wanted("after") ?? "0") > 0 &&
      (wanted("before") === null || compareIds(entry.id, wanted("before") ?? "") < 0),
  );
  const limit = Number(wanted("limit") ?? 50);
  const oldestFirst = wanted("after") !== null;
  const entries = oldestFirst ? found.slice(0, limit) : found.toReversed().slice(0, limit);
  const people = new Set(entries.flatMap((entry) => [entry.user_id, entry.target_id]));
  return {
    audit_log_entries: entries,
    users: [...people].flatMap((id) => world.users.get(id ?? "") ?? []),
    application_commands: [],
    auto_moderation_rules: guild.automod,
    guild_scheduled_events: [],
    integrations: [],
    threads: [],
    webhooks: [],
  };
}
