import { z } from "zod";
import { DEFAULT_POLICY, policySchema } from "../engine/policy.ts";

/** A part of the policy's JSON Schema. */
export type SchemaNode = Exclude<z.core.JSONSchema._JSONSchema, boolean>;
export type Path = readonly PropertyKey[];

/** One key of the policy, as a table shows it. */
export interface PolicyKey {
  /** `team[].email`, `rotas.NAME.timeZone`. */
  readonly path: string;
  /** In JSON; null: none, the key is left out. */
  readonly standard: string | null;
  /** Has to be there when what it stands in is. */
  readonly required: boolean;
  /** Completes "accepted: …". */
  readonly accepts: string;
  readonly description: string;
}

/** What a policy may hold, as its writer writes it. */
export function policySchemaNode(): SchemaNode {
  return z.toJSONSchema(policySchema, { io: "input" });
}

/** Every key that a policy may have, in the order of the schema; entries of lists as `[]`, of records as `.NAME`. */
export function policyKeys(): readonly PolicyKey[] {
  return keysOf(policySchemaNode(), "", DEFAULT_POLICY);
}

function keysOf(node: SchemaNode, prefix: string, standards: unknown): readonly PolicyKey[] {
  return Object.entries(childrenOf(node)).flatMap(([name, child]) => {
    const path = prefix === "" ? name : `${prefix}.${name}`;
    const standard = valueAt(standards, [name]) ?? child.default;
    const inner = keysBelow(child, path, standard);
    const isGroup = child.type === "object" && child.properties !== undefined;
    if (isGroup && child.description === undefined) return inner;
    const key: PolicyKey = {
      path,
      standard: standard === undefined || isGroup ? null : JSON.stringify(standard),
      required: [node, ...optionsOf(node)].some(({ required }) => required?.includes(name)),
      accepts: isGroup ? "the keys below" : acceptedWords(child),
      description: child.description ?? "",
    };
    return [key, ...inner];
  });
}

function keysBelow(node: SchemaNode, path: string, standard: unknown): readonly PolicyKey[] {
  const { items, additionalProperties: entries } = node;
  const inList = typeof items === "object" && !Array.isArray(items) ? items : undefined;
  const inRecord = typeof entries === "object" ? entries : undefined;
  return [
    ...keysOf(node, path, standard),
    ...(inList ? keysBelow(inList, `${path}[]`, undefined) : []),
    ...(inRecord ? keysBelow(inRecord, `${path}.NAME`, undefined) : []),
  ];
}

/** The part of the schema at a path; undefined where the schema has none. */
export function nodeAt(root: SchemaNode, path: Path): SchemaNode | undefined {
  let node: SchemaNode | undefined = root;
  for (const step of path) {
    if (node === undefined) return undefined;
    node = childOf(node, step);
  }
  return node;
}

function childOf(node: SchemaNode, step: PropertyKey): SchemaNode | undefined {
  const { items, additionalProperties: entries } = node;
  if (typeof step === "number") {
    return typeof items === "object" && !Array.isArray(items) ? items : undefined;
  }
  const children = childrenOf(node);
  const name = String(step);
  if (Object.hasOwn(children, name)) return children[name];
  return typeof entries === "object" ? entries : undefined;
}

/** The keys of a part; of one that may have several forms, those of all of them. */
function childrenOf(node: SchemaNode): Readonly<Record<string, SchemaNode>> {
  const found = new Map<string, SchemaNode[]>();
  for (const { properties } of [node, ...optionsOf(node)]) {
    for (const [name, child] of Object.entries(properties ?? {})) {
      if (typeof child === "boolean") continue;
      found.set(name, [...(found.get(name) ?? []), child]);
    }
  }
  return Object.fromEntries([...found].map(([name, forms]) => [name, merged(forms)]));
}

function merged(forms: readonly SchemaNode[]): SchemaNode {
  const [first = {}, ...others] = forms;
  if (others.length === 0) return first;
  const words = forms.flatMap((form) => (typeof form.const === "string" ? [form.const] : []));
  return words.length === forms.length ? { enum: words } : { anyOf: [...forms] };
}

/** The forms that a value may have, where it may have several. */
function optionsOf({ anyOf, oneOf }: SchemaNode): readonly SchemaNode[] {
  return [...(anyOf ?? []), ...(oneOf ?? [])].flatMap((option) =>
    typeof option === "object" ? [option, ...optionsOf(option)] : [],
  );
}

/** The names of the keys of a part; empty where any name is accepted. */
export function keyNames(node: SchemaNode): readonly string[] {
  return Object.keys(childrenOf(node));
}

/** What a part of the schema accepts, to complete "accepted: …". */
export function acceptedWords(node: SchemaNode): string {
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.enum)
    return node.enum.length > 1 ? `one of ${node.enum.join(", ")}` : node.enum.join("");
  const options = optionsOf(node).filter((option) => optionsOf(option).length === 0);
  if (options.length > 0) {
    // Several forms of keys and values are one thing to a reader.
    if (keyNames(node).length > 0) return objectWords(node);
    return [...new Set(options.map(acceptedWords))].join(" or ");
  }
  return (WORDS_BY_TYPE[String(node.type)] ?? textWords)(node);
}

const WORDS_BY_TYPE: Readonly<Record<string, (node: SchemaNode) => string>> = {
  integer: (node) => `a whole number ${rangeOf(node)}`.trim(),
  number: (node) => `a number ${rangeOf(node)}`.trim(),
  boolean: () => "true or false",
  array: listWords,
  object: objectWords,
  null: () => "null",
};

function listWords({ items, minItems = 0, maxItems }: SchemaNode): string {
  const counts = [
    ...(minItems > 0 ? [`at least ${minItems}`] : []),
    ...(maxItems === undefined ? [] : [`at most ${maxItems}`]),
  ];
  const one = typeof items === "object" && !Array.isArray(items) ? acceptedWords(items) : "";
  const each = one === "" || one.startsWith("keys and values") ? "" : `, each ${one}`;
  return `a list${counts.length > 0 ? ` (${counts.join(", ")})` : ""}${each}`;
}

function objectWords(node: SchemaNode): string {
  const names = keyNames(node);
  return names.length > 0 ? `keys and values: ${names.join(", ")}` : "keys and values";
}

function textWords({ format, minLength, pattern }: SchemaNode): string {
  if (format === "email") return "an e-mail address";
  if (format === "date") return "a date such as 2026-01-05";
  // The schema knows only a pattern; a time of day is the one kind of text that fits it.
  if (pattern !== undefined && new RegExp(pattern, "u").test("09:00") && format === undefined) {
    return 'a time of day such as "09:00"';
  }
  return (minLength ?? 0) > 0 ? "text, not empty" : "text";
}

function rangeOf({ minimum, maximum }: SchemaNode): string {
  if (minimum !== undefined && maximum !== undefined) return `from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `of at least ${minimum}`;
  return maximum === undefined ? "" : `of at most ${maximum}`;
}

/** The value at a path; undefined where there is none. */
export function valueAt(value: unknown, path: Path): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== "object" || current === null) return undefined;
    current = Object.getOwnPropertyDescriptor(current, step)?.value;
  }
  return current;
}
