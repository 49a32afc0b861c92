import {
  type APIActionRowComponent,
  type APISelectMenuComponent,
  ChannelType,
  ComponentType,
  SelectMenuDefaultValueType,
} from "discord.js";
import type { ReplySelect } from "../../src/commands/reply.ts";

/** Limits of Discord (https://discord.com/developers/docs/components/reference#string-select). */
const MAX_PLACEHOLDER = 150;
const MAX_OPTIONS = 25;

/** What stands behind a menu's command where nothing is chosen. */
const NONE = "none";

/** A row with one menu. Its custom id is `prefix` and the command that its choice completes. */
export function menuRow(
  select: ReplySelect,
  prefix: string,
): APIActionRowComponent<APISelectMenuComponent> {
  return { type: ComponentType.ActionRow, components: [menuOf(select, prefix)] };
}

function menuOf(select: ReplySelect, prefix: string): APISelectMenuComponent {
  const { command, placeholder, of, least, most, chosen } = select;
  const base = {
    custom_id: `${prefix}${command}`,
    placeholder: placeholder.slice(0, MAX_PLACEHOLDER),
    min_values: least,
    max_values: most,
  };
  if (of === "channels") {
    return {
      ...base,
      type: ComponentType.ChannelSelect,
      channel_types: [ChannelType.GuildText, ChannelType.GuildAnnouncement],
      default_values: chosen.map((id) => ({ id, type: SelectMenuDefaultValueType.Channel })),
    };
  }
  if (of === "roles") {
    return {
      ...base,
      type: ComponentType.RoleSelect,
      default_values: chosen.map((id) => ({ id, type: SelectMenuDefaultValueType.Role })),
    };
  }
  return {
    ...base,
    type: ComponentType.StringSelect,
    options: of.slice(0, MAX_OPTIONS).map(({ label, value }) => ({
      label,
      value,
      default: chosen.includes(value),
    })),
  };
}

/** The command that a choice completes. */
export function lineOfChoice(line: string, values: readonly string[]): string {
  return `${line} ${values.length > 0 ? values.join(",") : NONE}`;
}
