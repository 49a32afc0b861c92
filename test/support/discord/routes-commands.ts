import { inGuild } from "./access.ts";
import { refusal } from "./errors.ts";
import { Answer, type Call, type Result, type Route } from "./routing.ts";
import type { Command } from "./world-types.ts";
import { isSet } from "./wire.ts";

const GLOBAL = "/applications/{application_id}/commands";
const IN_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands";

export const commandRoutes: readonly Route[] = [
  { method: "GET", template: GLOBAL, handle: (call) => list(call, globally(call)) },
  { method: "PUT", template: GLOBAL, handle: (call) => replace(call, globally(call), null) },
  { method: "GET", template: IN_GUILD, handle: (call) => list(call, guildwide(call)) },
  {
    method: "PUT",
    template: IN_GUILD,
    handle: (call) => replace(call, guildwide(call), call.param("guild_id")),
  },
  ...[GLOBAL, IN_GUILD].flatMap((base): Route[] => {
    const template = `${base}/{command_id}`;
    const of = base === GLOBAL ? globally : guildwide;
    return [
      { method: "GET", template, handle: (call) => known(call, of(call)) },
      {
        method: "DELETE",
        template,
        handle(call) {
          const commands = of(call);
          commands.delete(known(call, commands).id);
          return undefined;
        },
      },
    ];
  }),
];

function globally(call: Call): Map<string, Command> {
  if (call.param("application_id") !== call.world.applicationId) {
    throw refusal("unknownApplication");
  }
  return call.world.commands;
}

function guildwide(call: Call): Map<string, Command> {
  globally(call);
  return inGuild(call).guild.commands;
}

function known(call: Call, commands: Map<string, Command>): Command {
  const command = commands.get(call.param("command_id"));
  if (!command) throw refusal("unknownCommand");
  return command;
}

function list(call: Call, commands: Map<string, Command>): Result {
  const all = [...commands.values()];
  if (call.query.get("with_localizations") === "true") return all;
  return all.map(
    ({ name_localizations: _names, description_localizations: _descriptions, ...rest }) => rest,
  );
}

type Asked = Partial<Omit<Command, "default_member_permissions">> & {
  readonly name: string;
  readonly default_member_permissions?: string | number | null;
};

/** A command keeps its id as long as its name and type stay. */
function replace(call: Call, commands: Map<string, Command>, guildId: string | null): Result {
  const { world } = call;
  const before = [...commands.values()];
  const wanted = (call.body as readonly Asked[]).map((asked) => {
    const type = asked.type ?? 1;
    const old = before.find((each) => each.name === asked.name && each.type === type);
    const { default_member_permissions: rights, ...rest } = asked;
    const command: object = {
      integration_types: [0],
      contexts: null,
      nsfw: false,
      description: "",
      ...rest,
      id: old?.id ?? world.ids.next(),
      application_id: world.applicationId,
      version: world.ids.next(),
      type,
      default_member_permissions: !isSet(rights) ? null : String(rights),
      ...(guildId === null ? {} : { guild_id: guildId }),
    };
    return command as Command;
  });
  commands.clear();
  for (const command of wanted) commands.set(command.id, command);
  return new Answer(200, wanted);
}
