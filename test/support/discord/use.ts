import type { InteractionHandle } from "./interaction-handle.ts";
import { INTERACTION, type Interactions, type Placed } from "./interactions.ts";
import { channelPayload, memberWithoutUser } from "./payloads.ts";
import { guildPermissions, permissionsIn } from "./permissions.ts";
import { type ComponentBody, flatten } from "./prose-messages.ts";
import type { Channel, Command } from "./world-types.ts";
import type { World } from "./world.ts";
import { isSet } from "./wire.ts";

/** Who acts, and where. */
export interface Where {
  readonly channel: Channel;
  readonly userId: string;
  readonly locale?: string;
  /** Uses a command though its default permissions say no, as an owner can allow in the settings. */
  readonly override?: boolean;
}

export type OptionValue = string | number | boolean;

interface OptionDefinition {
  readonly type: number;
  readonly name: string;
  readonly required?: boolean;
  readonly autocomplete?: boolean;
  readonly options?: readonly OptionDefinition[];
}

const TYPE = { chat: 1, user: 2, message: 3 } as const;
const OPTION = { subcommand: 1, group: 2, user: 6, channel: 7, role: 8, mentionable: 9 } as const;
const COMPONENT = { button: 2, stringSelect: 3, textInput: 4 } as const;

/** What members do with the bot's commands, buttons and forms. Throws when the client would not let them. */
export class Use {
  readonly #world: World;
  readonly #interactions: Interactions;

  constructor(world: World, interactions: Interactions) {
    this.#world = world;
    this.#interactions = interactions;
  }

  /** A slash command: `path` is the command with its groups, `candor case show`; people, channels and roles are ids. */
  slash(
    where: Where,
    path: string,
    options: Readonly<Record<string, OptionValue>> = {},
  ): InteractionHandle {
    const { command, data } = this.#chat(where, path, options, null);
    return this.#begin(where, INTERACTION.command, data, command.name);
  }

  /** Types into an option that completes itself; the answer's `choices` are what is offered. */
  autocomplete(
    where: Where,
    path: string,
    focused: string,
    typed: string,
    options: Readonly<Record<string, OptionValue>> = {},
  ): InteractionHandle {
    const all = { ...options, [focused]: typed };
    const { command, data } = this.#chat(where, path, all, focused);
    return this.#begin(where, INTERACTION.autocomplete, data, command.name);
  }

  /** A command from a message's menu. */
  messageMenu(where: Where, name: string, messageId: string): InteractionHandle {
    const command = this.#command(where, name, TYPE.message);
    const { message } = this.#interactions.find(where.channel, messageId);
    const data = {
      ...commandData(command),
      target_id: messageId,
      resolved: { messages: { [messageId]: message.data } },
    };
    return this.#begin(where, INTERACTION.command, data, name);
  }

  /** A command from a person's menu. */
  userMenu(where: Where, name: string, userId: string): InteractionHandle {
    const command = this.#command(where, name, TYPE.user);
    const resolved = this.#resolve(where, { users: [userId] });
    const data = { ...commandData(command), target_id: userId, resolved };
    return this.#begin(where, INTERACTION.command, data, name);
  }

  /** Presses a button, found by its custom id, or by the beginning of it. */
  click(where: Where, messageId: string, customId: string): InteractionHandle {
    const source = this.#interactions.find(where.channel, messageId);
    const button = componentOf(source, customId);
    const data = { custom_id: button.custom_id, component_type: COMPONENT.button };
    return this.#begin(where, INTERACTION.component, data, undefined, source);
  }

  /** Chooses from a menu: values of a text menu, else ids. */
  select(
    where: Where,
    messageId: string,
    customId: string,
    values: readonly string[],
  ): InteractionHandle {
    const source = this.#interactions.find(where.channel, messageId);
    const menu = componentOf(source, customId);
    const { min_values: least, max_values: most } = menu;
    if (values.length < (least ?? 1) || values.length > (most ?? 1)) {
      throw new Error(`${customId} takes between ${least ?? 1} and ${most ?? 1} values`);
    }
    const isText = menu.type === COMPONENT.stringSelect;
    for (const value of isText ? values : []) {
      if (!menu.options?.some((each) => each.value === value)) {
        throw new Error(`${customId} does not offer ${value}`);
      }
    }
    const data = {
      custom_id: menu.custom_id,
      component_type: menu.type,
      values,
      ...(isText ? {} : { resolved: this.#resolveAny(where, values) }),
    };
    return this.#begin(where, INTERACTION.component, data, undefined, source);
  }

  /** Fills in the form that an answer opened and sends it off; `locale` as in `Where`. */
  submitModal(
    opened: InteractionHandle,
    fields: Readonly<Record<string, string | readonly string[]>>,
    locale?: string,
  ): InteractionHandle {
    const { modal } = opened;
    if (!modal) throw new Error("no form was opened");
    const inputs = flatten(modal.components).filter((each) => isSet(each.custom_id));
    const stray = Object.keys(fields).find((id) => !inputs.some((each) => each.custom_id === id));
    if (stray !== undefined) throw new Error(`the form has no field ${stray}`);
    const data = {
      custom_id: modal.custom_id,
      components: modal.components.map((each) => filledIn(each, fields)),
      resolved: {},
    };
    const channel = this.#world.channel(opened.channelId);
    const where = { channel, userId: opened.userId, ...(locale !== undefined && { locale }) };
    const source = this.#interactions.sourceOf(opened.id);
    return this.#begin(where, INTERACTION.modal, data, undefined, source);
  }

  #begin(
    where: Where,
    type: number,
    data: object,
    name?: string,
    source: Placed | null = null,
  ): InteractionHandle {
    const { channel, userId, locale } = where;
    return this.#interactions.begin({
      type,
      userId,
      channel,
      data,
      source,
      ...(name === undefined ? {} : { name }),
      ...(locale === undefined ? {} : { locale }),
    });
  }

  /** The registered command of a name, if this member is offered it here. */
  #command({ channel, userId, override }: Where, name: string, type: number): Command {
    const { guild } = channel;
    const all = [...(guild?.commands.values() ?? []), ...this.#world.commands.values()];
    const command = all.find((each) => each.name === name && [type].includes(each.type));
    if (!command) throw new Error(`no command ${name} is registered`);
    const needed = command.default_member_permissions;
    if (!guild) {
      const here = command.contexts?.map(Number).includes(1) ?? true;
      if (here) return command;
      throw new Error(`${name} is not offered in direct messages`);
    }
    const member = this.#world.member(guild, userId);
    const held = guildPermissions(guild, member) | permissionsIn(guild, member, channel);
    const allowed =
      needed === null ||
      (BigInt(needed) === 0n
        ? (held & (1n << 3n)) !== 0n
        : (held & BigInt(needed)) === BigInt(needed));
    if (!allowed && override !== true) throw new Error(`${name} is not offered to this member`);
    return command;
  }

  #chat(
    where: Where,
    path: string,
    values: Readonly<Record<string, OptionValue>>,
    focused: string | null,
  ): { command: Command; data: object } {
    const [name = "", ...steps] = path.split(" ");
    const command = this.#command(where, name, TYPE.chat);
    let definitions = (command.options ?? []) as unknown as readonly OptionDefinition[];
    const trail: OptionDefinition[] = [];
    for (const step of steps) {
      const next = definitions.find((each) => each.name === step && each.type <= OPTION.group);
      if (!next) throw new Error(`/${path}: there is no ${step}`);
      trail.push(next);
      definitions = next.options ?? [];
    }
    if (definitions.some((each) => each.type <= OPTION.group)) {
      throw new Error(`/${path}: a subcommand has to be named`);
    }
    const leaves = leafOptions(path, definitions, values, focused);
    const options = trail.reduceRight<object[]>(
      (inside, { name: own, type }) => [{ name: own, type, options: inside }],
      leaves,
    );
    const resolved = this.#resolveOptions(where, definitions, values);
    return { command, data: { ...commandData(command), options, resolved } };
  }

  #resolveOptions(
    where: Where,
    definitions: readonly OptionDefinition[],
    values: Readonly<Record<string, OptionValue>>,
  ): object {
    const ids = (...types: readonly number[]) =>
      definitions
        .filter((each) => types.includes(each.type) && values[each.name] !== undefined)
        .map((each) => String(values[each.name]));
    return this.#resolve(where, {
      users: ids(OPTION.user, OPTION.mentionable),
      channels: ids(OPTION.channel),
      roles: ids(OPTION.role, OPTION.mentionable),
    });
  }

  #resolveAny(where: Where, ids: readonly string[]): object {
    return this.#resolve(where, { users: ids, channels: ids, roles: ids });
  }

  #resolve(
    { channel }: Where,
    wanted: { users?: readonly string[]; channels?: readonly string[]; roles?: readonly string[] },
  ): object {
    const world = this.#world;
    const { guild } = channel;
    return {
      users: table(wanted.users, (id) => world.users.get(id)),
      members: table(wanted.users, (id) => {
        const member = guild?.members.get(id);
        return member && { ...memberWithoutUser(member), permissions: "0" };
      }),
      roles: table(wanted.roles, (id) => guild?.roles.get(id)),
      channels: table(wanted.channels, (id) => {
        const found = guild?.channels.get(id);
        return found && { ...channelPayload(world, found), permissions: "0" };
      }),
    };
  }
}

function commandData({ id, name, type, guild_id: guildId }: Command): object {
  return { id, name, type, ...(guildId === undefined ? {} : { guild_id: guildId }) };
}

function leafOptions(
  path: string,
  definitions: readonly OptionDefinition[],
  values: Readonly<Record<string, OptionValue>>,
  focused: string | null,
): object[] {
  const stray = Object.keys(values).find((name) => !definitions.some((each) => each.name === name));
  if (stray !== undefined) throw new Error(`/${path}: there is no option ${stray}`);
  const missing = definitions.find((each) => each.required && values[each.name] === undefined);
  if (missing && focused === null) throw new Error(`/${path}: ${missing.name} is required`);
  return definitions.flatMap(({ name, type, autocomplete }) => {
    const value = values[name];
    if (value === undefined) return [];
    if (name === focused && !autocomplete) throw new Error(`/${path}: ${name} offers nothing`);
    return [{ name, type, value, ...(name === focused ? { focused: true } : {}) }];
  });
}

function componentOf({ message }: Placed, customId: string): ComponentBody {
  const all = flatten(message.data.components ?? []);
  const found =
    all.find((each) => each.custom_id === customId) ??
    all.find((each) => each.custom_id?.startsWith(customId));
  if (!found) throw new Error(`the message has no component ${customId}`);
  if (found.disabled) throw new Error(`${customId} is disabled`);
  return found;
}

/** A component of a form as it comes back: inputs with what was typed. */
function filledIn(
  each: ComponentBody,
  fields: Readonly<Record<string, string | readonly string[]>>,
): object {
  const { type } = each;
  if (each.components) {
    return { type, components: each.components.map((inner) => filledIn(inner, fields)) };
  }
  if (each.component) return { type, id: 1, component: filledIn(each.component, fields) };
  if (!isSet(each.custom_id)) return { type, id: 1 };
  const given = fields[each.custom_id];
  const answer =
    type === COMPONENT.textInput ? { value: given ?? "" } : { values: [given ?? []].flat() };
  return { type, id: 1, custom_id: each.custom_id, ...answer };
}

/** What is found of some ids, by id. */
function table<T>(
  ids: readonly string[] | undefined,
  find: (id: string) => T | undefined,
): Record<string, T> {
  const found: Record<string, T> = {};
  for (const id of ids ?? []) {
    const each = find(id);
    if (each !== undefined) found[id] = each;
  }
  return found;
}
