import { invalidForm, type Refusal, refusal } from "./errors.ts";
import { isSet } from "./wire.ts";

const CONTENT = 2000;
const EMBEDS = 6000;
const V2_TEXT = 4000;
const V2_COMPONENTS = 40;
const ROWS = 5;
const COMPONENTS_V2 = 1 << 15;

const TYPE = { row: 1, button: 2, stringSelect: 3, textInput: 4, text: 10 } as const;
const LINK = 5;
const PREMIUM = 6;
/** Types that only a message with the "components v2" flag may have. */
const V2_ONLY: ReadonlySet<number> = new Set([9, 10, 11, 12, 13, 14, 17]);

export interface ComponentBody {
  readonly type: number;
  readonly custom_id?: string | null;
  readonly style?: number;
  readonly label?: string | null;
  readonly emoji?: object | null;
  readonly url?: string | null;
  readonly content?: string;
  readonly disabled?: boolean | null;
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  readonly min_values?: number | null;
  readonly max_values?: number | null;
  readonly components?: readonly ComponentBody[];
  readonly component?: ComponentBody;
  readonly accessory?: ComponentBody;
}

interface EmbedBody {
  readonly title?: string | null;
  readonly description?: string | null;
  readonly author?: { readonly name?: string | null } | null;
  readonly footer?: { readonly text?: string | null } | null;
  readonly fields?: readonly { readonly name: string; readonly value: string }[] | null;
}

/** What counts of a message body, be it new or an edit. */
export interface MessageBody {
  readonly content?: string | null;
  readonly embeds?: readonly EmbedBody[] | null;
  readonly components?: readonly ComponentBody[] | null;
  readonly sticker_ids?: readonly string[] | null;
  readonly attachments?: readonly object[] | null;
  readonly poll?: object | null;
  readonly flags?: number | null;
  readonly message_reference?: { readonly type?: number | null } | null;
}

/** The limits on messages that stand in the prose and not in the document. */
export function checkMessage(body: MessageBody, path: readonly string[]): Refusal | null {
  const tooLong = [...(body.content ?? "")].length > CONTENT;
  if (tooLong) {
    const words = `Must be ${CONTENT} or fewer in length.`;
    return invalidForm([...path, "content"], "BASE_TYPE_MAX_LENGTH", words);
  }
  const size = (body.embeds ?? []).reduce((sum, embed) => sum + embedSize(embed), 0);
  if (size > EMBEDS) {
    const words = `Embed size exceeds maximum size of ${EMBEDS}`;
    return invalidForm([...path, "embeds"], "MAX_EMBED_SIZE_EXCEEDED", words);
  }
  if (!isSet(body.components)) return null;
  return checkComponents(body, body.components, [...path, "components"]);
}

/** A new message has to say something. */
export function checkNotEmpty(body: MessageBody, files: number): Refusal | null {
  const { content, embeds, components, sticker_ids: stickers, poll, message_reference } = body;
  const says =
    (content ?? "").trim() !== "" ||
    [embeds, components, stickers].some((list) => (list?.length ?? 0) > 0) ||
    files > 0 ||
    isSet(poll) ||
    message_reference?.type === 1;
  return says ? null : refusal("emptyMessage");
}

function embedSize({ title, description, author, footer, fields }: EmbedBody): number {
  const own = [title, description, author?.name, footer?.text];
  const texts = [...own, ...(fields ?? []).flatMap(({ name, value }) => [name, value])];
  return texts.reduce<number>((sum, text) => sum + [...(text ?? "")].length, 0);
}

function checkComponents(
  body: MessageBody,
  components: readonly ComponentBody[],
  path: readonly string[],
): Refusal | null {
  const isV2 = ((body.flags ?? 0) & COMPONENTS_V2) !== 0;
  const all = flatten(components);
  if (isV2) {
    const legacy = isSet(body.content) || (body.embeds?.length ?? 0) > 0 || isSet(body.poll);
    if (legacy)
      return invalidForm(path, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", "…");
    const text = all.reduce((sum, each) => sum + [...(each.content ?? "")].length, 0);
    if (text > V2_TEXT) return invalidForm(path, "COMPONENT_TEXT_TOO_LONG", `At most ${V2_TEXT}`);
    if (all.length > V2_COMPONENTS) return badLength(path, 1, V2_COMPONENTS);
  } else {
    if (components.length > ROWS) return badLength(path, 1, ROWS);
    if (all.some((each) => V2_ONLY.has(each.type))) {
      return invalidForm(path, "BASE_TYPE_CHOICES", "Needs the components v2 flag");
    }
  }
  return checkEach(all, path);
}

/** Components and everything inside them. */
export function flatten(components: readonly ComponentBody[]): ComponentBody[] {
  return components.flatMap((each) => [
    each,
    ...flatten(each.components ?? []),
    ...flatten(each.component ? [each.component] : []),
    ...flatten(each.accessory ? [each.accessory] : []),
  ]);
}

/** Rules for buttons, selects and custom ids wherever they stand. */
export function checkEach(all: readonly ComponentBody[], path: readonly string[]): Refusal | null {
  const ids = new Set<string>();
  for (const each of all) {
    if (isSet(each.custom_id)) {
      if (ids.has(each.custom_id)) {
        const words = "Component custom id cannot be duplicated";
        return invalidForm(path, "COMPONENT_CUSTOM_ID_DUPLICATED", words);
      }
      ids.add(each.custom_id);
    }
    const wrong =
      each.type === TYPE.button
        ? checkButton(each, path)
        : each.type === TYPE.row
          ? checkRow(each, path)
          : each.type === TYPE.stringSelect
            ? checkSelect(each, path)
            : null;
    if (wrong) return wrong;
  }
  return null;
}

function checkButton(button: ComponentBody, path: readonly string[]): Refusal | null {
  if (button.style === PREMIUM) return null;
  if (button.style === LINK) {
    if (isSet(button.url) && !isSet(button.custom_id)) return null;
    return invalidForm(path, "BUTTON_COMPONENT_INVALID_URL", "A link has a url and no custom id");
  }
  if (isSet(button.url) || (button.custom_id ?? "") === "") {
    return invalidForm(path, "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", "A custom id is required");
  }
  if ((button.label ?? "") !== "" || isSet(button.emoji)) return null;
  return invalidForm(path, "BASE_TYPE_REQUIRED", "A button has a label or an emoji");
}

function checkRow({ components }: ComponentBody, path: readonly string[]): Refusal | null {
  const others = (components ?? []).filter((each) => each.type !== TYPE.button);
  if (others.length === 0 || components?.length === 1) return null;
  return invalidForm(path, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The row has no room for it");
}

function checkSelect(select: ComponentBody, path: readonly string[]): Refusal | null {
  const options = select.options ?? [];
  if (options.length < 1 || options.length > 25) return badLength([...path, "options"], 1, 25);
  const values = new Set(options.map((each) => each.value));
  if (values.size < options.length) {
    const words = "The specified option value is already used";
    return invalidForm([...path, "options"], "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", words);
  }
  if ((select.max_values ?? 1) <= options.length) return null;
  return invalidForm([...path, "max_values"], "SELECT_COMPONENT_MAX_VALUES_INVALID", "Too high");
}

export function badLength(path: readonly string[], from: number, to: number): Refusal {
  return invalidForm(path, "BASE_TYPE_BAD_LENGTH", `Must be between ${from} and ${to} in length.`);
}
