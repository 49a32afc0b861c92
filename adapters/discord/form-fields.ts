import {
  type APILabelComponent,
  type APIModalInteractionResponseCallbackData,
  type APISelectMenuOption,
  ComponentType,
  TextInputStyle,
} from "discord.js";
import { z } from "zod";
import { cut } from "./write.ts";

/** Limits of Discord (https://discord.com/developers/docs/components/reference), in UTF-16 units. */
const MAX_TITLE = 45;
const MAX_LABEL = 45;
const MAX_OPTION = 100;
const MOST_OPTIONS = 25;
const MAX_TEXT = 4000;

/** One question of a form: the name of the argument that it gives, and what it is called. */
interface Asked {
  readonly name: string;
  readonly label: string;
  readonly required: boolean;
}

export interface Option {
  readonly label: string;
  readonly value: string;
}

export function formOf(
  customId: string,
  title: string,
  components: APILabelComponent[],
): APIModalInteractionResponseCallbackData {
  return { custom_id: customId, title: cut(title, MAX_TITLE), components };
}

/** `most`: how many of the options may be chosen; the first 25 are offered. */
export function chosenFrom(asked: Asked, options: readonly Option[], most = 1): APILabelComponent {
  const offered = options
    .slice(0, MOST_OPTIONS)
    .map(({ label, value }): APISelectMenuOption => ({ label: cut(label, MAX_OPTION), value }));
  return labelled(asked, {
    type: ComponentType.StringSelect,
    custom_id: asked.name,
    required: asked.required,
    min_values: asked.required ? 1 : 0,
    max_values: Math.min(most, offered.length),
    options: offered,
  });
}

/** Anybody of the server. */
export function somebody(asked: Asked): APILabelComponent {
  return labelled(asked, {
    type: ComponentType.UserSelect,
    custom_id: asked.name,
    required: asked.required,
  });
}

/** `most` in UTF-16 units. */
export function written(asked: Asked, most: number, isLong: boolean): APILabelComponent {
  return labelled(asked, {
    type: ComponentType.TextInput,
    custom_id: asked.name,
    style: isLong ? TextInputStyle.Paragraph : TextInputStyle.Short,
    required: asked.required,
    max_length: Math.min(most, MAX_TEXT),
  });
}

function labelled({ label }: Asked, component: APILabelComponent["component"]): APILabelComponent {
  return { type: ComponentType.Label, label: cut(label, MAX_LABEL), component };
}

const fieldSchema = z.object({
  custom_id: z.string(),
  value: z.string().optional(),
  values: z.array(z.string()).optional(),
});
const rowSchema = z.object({
  components: z.array(z.unknown()).optional(),
  component: z.unknown().optional(),
});

/** What was filled in, by name: several choices with commas between them, and nothing of what was left empty. */
export function filledIn(components: readonly unknown[]): Readonly<Record<string, string>> {
  const rows = components.flatMap((each) => rowSchema.safeParse(each).data ?? []);
  const all = rows.flatMap((row) => [...(row.components ?? []), row.component]);
  const fields = all.flatMap((each) => fieldSchema.safeParse(each).data ?? []);
  return Object.fromEntries(
    fields.flatMap(({ custom_id: name, value, values }) => {
      const given = value ?? (values ?? []).join(",");
      return given.trim() === "" ? [] : [[name, given] as const];
    }),
  );
}
