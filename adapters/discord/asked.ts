import type { Actor, Command } from "../../src/commands/command.ts";
import { parseLine } from "../../src/commands/parse.ts";
import { say } from "../../src/words/say.ts";
import { ALONE, MENUS, type MenuKey } from "./command-definitions.ts";
import { readCustomId } from "./custom-id.ts";
import { filledIn } from "./form-fields.ts";
import { givenIn, type Opening } from "./forms.ts";
import { COMPONENT, FORM, type GivenOption, type Interaction } from "./interaction.ts";
import { lineOfChoice } from "./menus.ts";
import { snowflake } from "./payloads.ts";
import { textOf } from "./text.ts";

/** Form of a menu: it asks for the words of the command, about the message whose id follows. */
const MENU = "menu:";
/** Discord's longest message, and longer than Candor explains. */
const MOST_EXPLAINED = 4096;

/** What is run for somebody: a line as typed, or a command with arguments that no line could hold. */
type Runs =
  | { readonly line: string }
  | { readonly name: string; readonly input: Readonly<Record<string, unknown>> };

export interface Asked {
  readonly actor: Actor;
  readonly runs: Runs;
  /** The form that comes first, where one is to be asked for; null where it is all said. */
  readonly opens: Pick<Opening, "line" | "customId"> | null;
}

type Data = NonNullable<Interaction["data"]>;

/** What somebody wants who gave a command, pressed, chose or sent a form; null for what this version does not know. */
export function readAsked(
  commands: readonly Command[],
  { type, data }: Interaction,
  actor: Actor,
): Asked | null {
  if (!data) return null;
  if (type === FORM) return ofForm(commands, data, actor);
  if (type === COMPONENT) return ofComponent(data, actor);
  const menu = MENUS.find(({ key }) => say("en", `discord.menu.${key}`) === data.name)?.key;
  if (menu) return ofMenu(menu, data, actor);
  const alone = ALONE.find((name) => name === data.name);
  if (alone !== undefined) return runs(actor, alone, inputOf(data.options ?? []));
  const [sub] = data.options ?? [];
  return sub ? withLink(runs(actor, sub.name, inputOf(sub.options)), inputOf(sub.options)) : null;
}

/** What people copy of a message (https://support.discord.com/hc/articles/206346498) */
const LINK =
  /^<?https:\/\/(?:(?:ptb|canary)\.)?discord(?:app)?\.com\/channels\/(\d{1,20})\/(\d{1,20})\/(\d{1,20})>?$/u;

/** A link to a message of the same server names it as its menu does. */
function withLink(asked: Asked, input: Readonly<Record<string, unknown>>): Asked {
  const { message, ...others } = input;
  const words = typeof message === "string" ? message.trim() : "";
  const [, guildId, channelId = "", messageId = ""] = LINK.exec(words) ?? [];
  if (guildId === undefined || guildId !== asked.actor.communityId) return asked;
  const actor = { ...asked.actor, replyTo: { channelId, messageId } };
  return "name" in asked.runs ? runs(actor, asked.runs.name, others) : asked;
}

/** The message that a menu's form is about. */
export function messageIn(customId: string | undefined): string | undefined {
  if (!customId?.startsWith(MENU)) return undefined;
  const id = snowflake.safeParse(customId.split(":").at(-1));
  return id.success ? id.data : undefined;
}

/** What was written is never read as a line: words for people that look like an option are words. */
function ofForm(commands: readonly Command[], data: Data, actor: Actor): Asked | null {
  const fields = filledIn(data.components ?? []);
  const menu = menuIn(data.custom_id);
  if (menu) return runs(actor, menu, fields);
  const parsed = parseLine(readCustomId(data.custom_id)?.line ?? "");
  const command = commands.find(({ name }) => name === parsed?.name);
  if (!parsed || !command) return null;
  return runs(actor, command.name, { ...givenIn(command, parsed.rest), ...fields });
}

function ofComponent(data: Data, actor: Actor): Asked | null {
  const { custom_id: customId = "", values } = data;
  const read = readCustomId(customId);
  if (!read) return null;
  const { line } = read;
  return values
    ? { actor, runs: { line: lineOfChoice(line, values) }, opens: null }
    : { actor, runs: { line }, opens: { line, customId } };
}

function ofMenu(menu: MenuKey, { target_id: target = "", resolved }: Data, actor: Actor): Asked {
  switch (menu) {
    case "history":
      return runs({ ...actor, replyTo: null }, menu, { who: target });
    case "explain": {
      const message = resolved?.messages?.[target];
      const text = message ? textOf(message).slice(0, MOST_EXPLAINED) : "";
      return runs(actor, menu, { text });
    }
    case "report":
    case "escalate":
      return {
        actor,
        runs: { line: menu },
        opens: { line: menu, customId: `${MENU}${menu}:${target}` },
      };
  }
}

function runs(actor: Actor, name: string, input: Readonly<Record<string, unknown>>): Asked {
  return { actor, runs: { name, input }, opens: null };
}

function menuIn(customId: string | undefined): MenuKey | null {
  if (!customId?.startsWith(MENU)) return null;
  const [key] = customId.slice(MENU.length).split(":");
  return MENUS.find((menu) => menu.key === key)?.key ?? null;
}

function inputOf(options: readonly GivenOption[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(options.map(({ name, value }) => [name, value]));
}
