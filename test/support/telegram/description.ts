import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { type Bounds, boundsIn, consistsOf } from "./prose.ts";

export interface Field {
  readonly name: string;
  readonly types: readonly string[];
  readonly required: boolean;
  readonly description: string;
}

interface Entry {
  readonly returns?: readonly string[];
  readonly fields?: readonly Field[];
  readonly subtypes?: readonly string[];
}

interface Document {
  readonly methods: Readonly<Record<string, Entry>>;
  readonly types: Readonly<Record<string, Entry>>;
}

type Schema = Readonly<Record<string, unknown>>;

function readDocument(): Document {
  const packed = readFileSync(new URL("../../specs/telegram-bot-api.json.gz", import.meta.url));
  return JSON.parse(gunzipSync(packed).toString()) as Document;
}

const ATOMS: Readonly<Record<string, Schema>> = {
  Integer: { type: "integer" },
  Float: { type: "number" },
  String: { type: "string" },
  Boolean: { type: "boolean" },
  // A file arrives as a part of a form, which stands here as `attach://` and its name.
  InputFile: { type: "string", pattern: "^attach://" },
};

/** What the prose says a type may be beside what the list says. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  RichText: ["String", "Array of RichText"],
};

const LIST = "Array of ";

/** The Bot API's machine-readable description with the limits of its prose. Schemas are compiled when first met. */
class Description {
  readonly #document: Document;
  readonly #ajv: Ajv;
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor() {
    this.#document = readDocument();
    this.#ajv = new Ajv({
      strict: false,
      logger: false,
      validateSchema: false,
      // Compiling takes a third of the time so, and checking hardly longer.
      inlineRefs: false,
      code: { optimize: false },
    });
    this.#ajv.addKeyword({
      keyword: "maxBytes",
      type: "string",
      validate: (most: number, value: string) => Buffer.byteLength(value) <= most,
      error: { message: "is more bytes than allowed" },
    });
    // Ajv counts code points; Telegram counts entities, and clients texts, in UTF-16 units. The stricter reading holds.
    this.#ajv.addKeyword({
      keyword: "maxUnits",
      type: "string",
      validate: (most: number, value: string) => value.length <= most,
      error: { message: "is too long" },
    });
    const types = Object.entries(this.#document.types);
    const definitions = Object.fromEntries(
      types.map(([name, entry]) => [name, this.#schemaOf(name, entry)]),
    );
    this.#ajv.addSchema({ $id: "telegram", definitions });
  }

  /** The parameters of a method; null when there is no such method. */
  parameters(method: string): readonly Field[] | null {
    const entry = this.#document.methods[method];
    return entry ? (entry.fields ?? []) : null;
  }

  /** The first thing that is wrong with a call's parameters; null when they are as described. */
  checkCall(method: string, params: object): string | null {
    const validate = this.#validator(`call ${method}`, () =>
      objectOf(this.parameters(method) ?? [], method),
    );
    return problem(validate, params);
  }

  /** What is wrong with what a method gives back; null when it is as described. */
  checkResult(method: string, result: unknown): string | null {
    const returns = this.#document.methods[method]?.returns ?? [];
    return problem(
      this.#validator(`result ${method}`, () => anyOf(returns)),
      result,
    );
  }

  /** What is wrong with an object of a type; null when it is as described. */
  checkType(type: string, value: unknown): string | null {
    return problem(
      this.#validator(`type ${type}`, () => schemaFor(type)),
      value,
    );
  }

  #schemaOf(name: string, entry: Entry): Schema {
    if (entry.subtypes) return anyOf([...entry.subtypes, ...(BESIDE[name] ?? [])]);
    return ATOMS[name] ?? objectOf(entry.fields ?? [], name);
  }

  #validator(key: string, schema: () => Schema): ValidateFunction {
    let validate = this.#compiled.get(key);
    if (!validate) {
      validate = this.#ajv.compile(schema());
      this.#compiled.set(key, validate);
    }
    return validate;
  }
}

let shared: Description | null = null;

/** The one description of this process: it takes a moment to read, and never changes. */
export function sharedDescription(): Description {
  shared ??= new Description();
  return shared;
}

function objectOf(fields: readonly Field[], owner: string): Schema {
  return {
    type: "object",
    additionalProperties: false,
    required: fields.filter((each) => each.required).map((each) => each.name),
    properties: Object.fromEntries(
      fields.map((each) => [each.name, withBounds(each, boundsIn(owner, each))]),
    ),
  };
}

function withBounds(field: Field, bounds: Bounds | null): Schema {
  const words = consistsOf(field);
  const schema = anyOf(field.types);
  return { ...schema, ...bounds, ...(words ? { enum: words } : {}) };
}

function anyOf(types: readonly string[]): Schema {
  const [first, ...more] = types;
  if (first !== undefined && more.length === 0) return schemaFor(first);
  return { anyOf: types.map((each) => schemaFor(each)) };
}

function schemaFor(type: string): Schema {
  if (type.startsWith(LIST)) return { type: "array", items: schemaFor(type.slice(LIST.length)) };
  return ATOMS[type] ?? { $ref: `telegram#/definitions/${type}` };
}

/** The deepest error says most: the shallow ones only count the alternatives that did not fit. */
function problem(validate: ValidateFunction, value: unknown): string | null {
  if (validate(value)) return null;
  const deepest = (validate.errors ?? []).reduce<ErrorObject | undefined>(
    (best, each) => (best && depth(best) >= depth(each) ? best : each),
    undefined,
  );
  const extra: unknown = deepest?.params["additionalProperty"];
  const name = typeof extra === "string" ? ` "${extra}"` : "";
  return `${deepest?.instancePath.slice(1) ?? ""} ${deepest?.message ?? "is not allowed"}${name}`.trim();
}

function depth(error: ErrorObject): number {
  return error.instancePath.split("/").length;
}
