import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { ErrorObject, ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { invalidForm, type Refusal } from "./errors.ts";

interface Parameter {
  readonly name: string;
  readonly in: "path" | "query";
  readonly required?: boolean;
  readonly schema: Schema;
}

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly Schema[];
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly responses?: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
  readonly requestBody?: {
    readonly required?: boolean;
    readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
  };
}

type Method = "get" | "put" | "post" | "patch" | "delete";
type PathItem = { readonly parameters?: readonly Parameter[] } & Partial<Record<Method, Operation>>;

interface Document {
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Compiled {
  readonly params: ReadonlyMap<string, ValidateFunction>;
  readonly query: ReadonlyMap<string, { readonly check: ValidateFunction; readonly kind: string }>;
  readonly requiredQuery: readonly string[];
  readonly body: Schema | null;
  readonly bodyRequired: boolean;
}

interface RequestToCheck {
  /** Upper case. */
  readonly method: string;
  /** The path as the document writes it. */
  readonly template: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** undefined when none came. */
  readonly body: unknown;
  /** A schema of the document to be held to in place of the operation's own, looser one. */
  readonly narrow: string | null;
}

/** Beside the sources, and from `dist` (where the bench runs) back in the sources. */
const PLACES = ["../../specs/", "../../../../test/specs/"];

function readDocument(): string {
  const urls = PLACES.map((place) => new URL(`${place}discord-openapi.json.gz`, import.meta.url));
  const found = urls.find((url) => existsSync(url));
  if (!found) throw new Error("Discord's document is not in test/specs");
  return gunzipSync(readFileSync(found)).toString();
}

/** Discord's own description of its API, against which every request is held. Schemas are compiled when first met. */
class OpenApi {
  readonly #document: Document;
  readonly #ajv: Ajv2020;
  readonly #operations = new Map<string, Compiled | null>();
  readonly #named = new Map<string, ValidateFunction>();

  constructor() {
    const absolute = readDocument().replaceAll('"#/components/', '"discord#/components/');
    this.#document = JSON.parse(absolute) as Document;
    amend(this.#document as unknown as Json);
    this.#ajv = new Ajv2020({
      strict: false,
      logger: false,
      validateSchema: false,
      // Compiling takes a third of the time so, and checking hardly longer.
      inlineRefs: false,
      code: { optimize: false },
      formats: { snowflake: true, nonce: true, int32: true, int64: true, double: true },
    });
    formats.default(this.#ajv, ["uri", "date-time"]);
    this.#ajv.addSchema({ $id: "discord", components: this.#document.components });
  }

  /** The paths that the document has, with the methods of each. */
  paths(): [template: string, methods: string[]][] {
    return Object.entries(this.#document.paths).map(([template, item]) => [
      template,
      Object.keys(item)
        .filter((key) => key !== "parameters")
        .map((key) => key.toUpperCase()),
    ]);
  }

  /** The first thing that the document does not allow; null when it allows the request. */
  check(request: RequestToCheck): Refusal | null {
    const compiled = this.#compiled(request.method, request.template);
    if (!compiled) return invalidForm([], "NO_SUCH_OPERATION", "The document lacks this operation");
    return (
      checkParams(compiled, request) ??
      checkQuery(compiled, request) ??
      this.#body(compiled, request)
    );
  }

  /** Whether an answer of ours is one that Discord would give; null when it is. */
  checkAnswer(method: string, template: string, status: number, body: unknown): Refusal | null {
    const operation = this.#document.paths[template]?.[method.toLowerCase() as Method];
    const response = operation?.responses?.[String(status)];
    if (!response) return invalidForm([String(status)], "NO_SUCH_STATUS", "Not documented");
    const schema = response.content?.["application/json"]?.schema;
    if (!schema) return body === null ? null : invalidForm([], "NO_BODY", "Has no body");
    return problem(this.#validator(schema), body, []);
  }

  #body(compiled: Compiled, { body, narrow }: RequestToCheck): Refusal | null {
    if (!compiled.body) {
      if (body === undefined) return null;
      return invalidForm([], "NO_BODY", "This request takes no body");
    }
    if (body === undefined && !compiled.bodyRequired) return null;
    const schema =
      narrow === null ? compiled.body : { $ref: `discord#/components/schemas/${narrow}` };
    // The document asks for bodies where an empty one will do, and there Discord takes none as well.
    return problem(this.#validator(schema), body === undefined ? {} : body, []);
  }

  #validator(schema: Schema): ValidateFunction {
    const key = JSON.stringify(schema);
    let validate = this.#named.get(key);
    if (!validate) {
      validate = this.#ajv.compile(schema);
      this.#named.set(key, validate);
    }
    return validate;
  }

  #compiled(method: string, template: string): Compiled | null {
    const key = `${method} ${template}`;
    const known = this.#operations.get(key);
    if (known !== undefined) return known;
    const compiled = this.#compile(method, template);
    this.#operations.set(key, compiled);
    return compiled;
  }

  #compile(method: string, template: string): Compiled | null {
    const item = this.#document.paths[template];
    const operation = item?.[method.toLowerCase() as Method];
    if (!item || !operation) return null;
    const all = [...(item.parameters ?? []), ...(operation.parameters ?? [])];
    const params = all.filter((each) => each.in === "path");
    const query = all.filter((each) => each.in === "query");
    const check = (each: Parameter) => this.#validator(each.schema);
    return {
      params: new Map(params.map((each) => [each.name, check(each)])),
      query: new Map(
        query.map((each) => [each.name, { check: check(each), kind: this.#kind(each.schema) }]),
      ),
      requiredQuery: query.filter((each) => each.required).map((each) => each.name),
      body: operation.requestBody?.content["application/json"]?.schema ?? null,
      bodyRequired: operation.requestBody?.required ?? false,
    };
  }

  /** What the text of a query parameter has to be read as. */
  #kind(schema: Schema): string {
    if (schema.$ref !== undefined) {
      const named = this.#document.components.schemas[schema.$ref.split("/").at(-1) ?? ""];
      return named ? this.#kind(named) : "string";
    }
    const types = [schema.type ?? []].flat().filter((type) => type !== "null");
    return types[0] ?? schema.oneOf?.map((each) => this.#kind(each)).find(Boolean) ?? "string";
  }
}

let shared: OpenApi | null = null;

/** The one description of this process: it costs a tenth of a second to read, and never changes. */
export function sharedOpenApi(): OpenApi {
  shared ??= new OpenApi();
  return shared;
}

type Json = { [key: string]: Json } | Json[] | string | number | boolean | null;

const PERMISSION_SETS: ReadonlySet<string> = new Set([
  "allow",
  "deny",
  "permissions",
  "default_member_permissions",
]);
const FORWARD = { title: "FORWARD", const: 1 };

/**
 * Puts right where the document differs from the prose and from Discord itself: permission sets are text there
 * ("serialized into strings"), which the document calls integers; and it lacks the forward among references.
 */
function amend(node: Json): void {
  if (typeof node !== "object" || node === null) return;
  if (Array.isArray(node)) {
    for (const each of node) amend(each);
    return;
  }
  for (const [key, value] of Object.entries(node)) {
    amend(value);
    if (typeof value !== "object" || value === null || Array.isArray(value)) continue;
    const kinds = [value["oneOf"]].flat();
    if (key === "MessageReferenceType") value["oneOf"] = [...kinds, FORWARD] as Json;
    if (!PERMISSION_SETS.has(key) || ![value["type"]].flat().includes("integer")) continue;
    node[key] = { oneOf: [value, { type: "string", pattern: "^[0-9]{1,20}$" }] };
  }
}

function checkParams({ params }: Compiled, request: RequestToCheck): Refusal | null {
  for (const [name, validate] of params) {
    const wrong = problem(validate, request.params[name], [name]);
    if (wrong) return wrong;
  }
  return null;
}

function checkQuery(compiled: Compiled, { query }: RequestToCheck): Refusal | null {
  for (const name of compiled.requiredQuery) {
    if (!query.has(name)) return invalidForm([name], "BASE_TYPE_REQUIRED", "This is required");
  }
  for (const name of new Set(query.keys())) {
    const known = compiled.query.get(name);
    if (!known) return invalidForm([name], "UNKNOWN_PARAMETER", "There is no such parameter");
    const wrong = problem(known.check, readQuery(query.getAll(name), known.kind), [name]);
    if (wrong) return wrong;
  }
  return null;
}

function readQuery(texts: readonly string[], kind: string): unknown {
  const [text = ""] = texts;
  switch (kind) {
    case "integer":
    case "number":
      return /^-?\d+$/u.test(text) ? Number(text) : text;
    case "boolean":
      return text === "true" || text === "false" ? text === "true" : text;
    case "array":
      return texts;
    default:
      return text;
  }
}

function problem(
  validate: ValidateFunction,
  value: unknown,
  base: readonly string[],
): Refusal | null {
  if (validate(value)) return null;
  const errors = validate.errors ?? [];
  const deepest = errors.reduce<ErrorObject | undefined>(
    (best, each) => (best && best.instancePath.length >= each.instancePath.length ? best : each),
    undefined,
  );
  const path = deepest?.instancePath.split("/").slice(1) ?? [];
  return invalidForm([...base, ...path], codeOf(deepest), deepest?.message ?? "is not allowed");
}

function codeOf(error: ErrorObject | undefined): string {
  const keyword: string = error?.keyword ?? "";
  switch (keyword) {
    case "maxLength":
    case "minLength":
    case "maxItems":
    case "minItems":
      return "BASE_TYPE_BAD_LENGTH";
    case "required":
      return "BASE_TYPE_REQUIRED";
    case "enum":
      return "BASE_TYPE_CHOICES";
    case "maximum":
    case "minimum":
      return "NUMBER_TYPE_COERCE";
    default:
      return "BASE_TYPE_INVALID";
  }
}
