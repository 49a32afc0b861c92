import type { IncomingMessage } from "node:http";
import type { Field } from "./description.ts";
import { malformed } from "./errors.ts";

export interface UploadedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A call's parameters as described types, with the files that came beside them. */
export interface ReadCall {
  readonly params: Readonly<Record<string, unknown>>;
  readonly files: ReadonlyMap<string, UploadedFile>;
}

interface Raw {
  readonly values: Readonly<Record<string, unknown>>;
  readonly files: ReadonlyMap<string, UploadedFile>;
  /** Values of forms are text whatever they stand for; those of JSON are not. */
  readonly isForm: boolean;
}

const NO_FILES: ReadonlyMap<string, UploadedFile> = new Map();

export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Reads a query, JSON, or either kind of form. */
export async function readCall(
  bytes: Buffer,
  type: string,
  query: URLSearchParams,
  fields: readonly Field[],
): Promise<ReadCall> {
  const raw = await readRaw(bytes, type);
  const inQuery = entriesAs(Object.fromEntries(query), fields, true);
  const inBody = entriesAs(raw.values, fields, raw.isForm);
  const isParameter = (name: string) => fields.some((each) => each.name === name);
  const params: Record<string, unknown> = { ...inQuery, ...inBody };
  for (const name of raw.files.keys()) if (isParameter(name)) params[name] = `attach://${name}`;
  return { params, files: raw.files };
}

async function readRaw(bytes: Buffer, type: string): Promise<Raw> {
  if (bytes.length === 0) return { values: {}, files: NO_FILES, isForm: true };
  if (type.startsWith("application/json")) {
    return { values: readObject(bytes.toString()), files: NO_FILES, isForm: false };
  }
  if (type.startsWith("application/x-www-form-urlencoded")) {
    const values = Object.fromEntries(new URLSearchParams(bytes.toString()));
    return { values, files: NO_FILES, isForm: true };
  }
  if (type.startsWith("multipart/form-data")) return readForm(bytes, type);
  throw malformed(`can't read a body of type "${type}"`);
}

function readObject(text: string): Readonly<Record<string, unknown>> {
  const value = readJson(text);
  if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  throw malformed("can't parse JSON object");
}

async function readForm(bytes: Buffer, type: string): Promise<Raw> {
  const form = await new Response(bytes, { headers: { "content-type": type } }).formData();
  const values: Record<string, unknown> = {};
  const files = new Map<string, UploadedFile>();
  for (const [field, value] of form) {
    if (typeof value === "string") values[field] = value;
    else files.set(field, { name: value.name, bytes: new Uint8Array(await value.arrayBuffer()) });
  }
  return { values, files, isForm: true };
}

function entriesAs(
  values: Readonly<Record<string, unknown>>,
  fields: readonly Field[],
  isForm: boolean,
): Record<string, unknown> {
  const types = new Map(fields.map((each) => [each.name, each.types]));
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, readAs(value, types.get(name), isForm)]),
  );
}

/** What a value stands for: objects and lists may be JSON in a text everywhere, the rest in forms alone. */
function readAs(value: unknown, types: readonly string[] | undefined, isForm: boolean): unknown {
  if (typeof value !== "string" || !types) return value;
  if (isForm && types.includes("Integer") && /^-?\d+$/u.test(value)) return Number(value);
  if (types.includes("String")) return value;
  if (isForm && types.includes("Float")) return Number(value);
  if (isForm && types.includes("Boolean")) return value === "true" ? true : value;
  return types.includes("Integer") || types.includes("Boolean") ? value : readJson(value);
}

/** The text itself when it is not JSON, for the description to refuse. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
