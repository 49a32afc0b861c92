import { z } from "zod";
import { distinct } from "./export-record.ts";

const partSchema = z.object({
  type: z.string().nullish(),
  text: z.string().nullish(),
  href: z.string().nullish(),
  user_id: z.union([z.string(), z.number()]).nullish(),
});

/** A text is one string, or a list of strings and of pieces with a type, such as `bold` or `text_link`. */
export const richTextSchema = z.union([
  z.string(),
  z.array(z.union([z.string(), partSchema])),
  partSchema,
]);

export type RichText = z.infer<typeof richTextSchema>;
type Part = z.infer<typeof partSchema>;

/** The words without their formatting; an address behind a word is in {@link readLinks}. */
export function plainText(text: RichText | null | undefined): string {
  if (typeof text === "string") return text;
  if (!Array.isArray(text)) return text?.text ?? "";
  return text.map((part) => (typeof part === "string" ? part : (part.text ?? ""))).join("");
}

/** Addresses of the links in a text, each once. */
export function readLinks(text: RichText | null | undefined): readonly string[] {
  return distinct(
    partsOf(text).map((part) => part.href ?? (part.type === "link" ? part.text : null)),
  );
}

/** Who is mentioned: `@name` as written, or the id of a person without a name. */
export function readMentions(text: RichText | null | undefined): readonly string[] {
  return distinct(
    partsOf(text).map((part) => {
      if (part.type === "mention") return part.text;
      if (part.type !== "mention_name") return null;
      return String(part.user_id ?? part.text ?? "");
    }),
  );
}

function partsOf(text: RichText | null | undefined): readonly Part[] {
  if (!text || typeof text === "string") return [];
  if (!Array.isArray(text)) return [text];
  return text.filter((part) => typeof part !== "string");
}
