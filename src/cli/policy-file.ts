import { type Document, isNode, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { isNear } from "../commands/near.ts";
import { CandorError } from "../engine/errors.ts";
import { TEAM_ROLES } from "../engine/roles.ts";
import { type Policy, writtenPolicySchema } from "../engine/policy.ts";
import {
  acceptedWords,
  keyNames,
  nodeAt,
  type Path,
  policySchemaNode,
  type SchemaNode,
  valueAt,
} from "./policy-keys.ts";

/** Problems of one file that are told at once. */
const MOST_TOLD = 10;
/** Characters of a value that are repeated. */
const MOST_READ = 60;

/** Reads the text of a policy file, YAML or JSON. Throws CANDOR-009, which says what is wrong and where. */
export function parsePolicy(file: string, text: string): Policy {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken) {
    const line = broken.linePos?.[0].line ?? "?";
    const what = broken.code === "DUPLICATE_KEY" ? "a key for the second time" : "not YAML or JSON";
    throw new CandorError("CANDOR-009", `${file}: ${what} at line ${line}`, { cause: broken });
  }
  const value = valueOf(file, document) ?? {};
  const parsed = writtenPolicySchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const root = policySchemaNode();
  const { issues } = parsed.error;
  const told = issues.slice(0, MOST_TOLD).map((issue) => {
    const keys = issue.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
    const line = lineOf(document, lines, [...issue.path, ...keys]);
    return `  ${line === null ? "" : `line ${line}, `}${describeIssue(issue, value, root)}`;
  });
  const untold = issues.length - told.length;
  const rest = untold > 0 ? [`  and ${untold} more`] : [];
  throw new CandorError("CANDOR-009", [`${file}:`, ...told, ...rest].join("\n"));
}

function valueOf(file: string, document: Document): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    // An alias without its anchor, or so many that the text would grow without end.
    throw new CandorError("CANDOR-009", `${file}: its aliases (*name) cannot be followed`, {
      cause,
    });
  }
}

/** The line of the value at a path, or of the nearest thing around it; null where nothing stands in the file. */
function lineOf(document: Document, lines: LineCounter, path: Path): number | null {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return null;
}

type Issue = z.core.$ZodIssue;

/** One problem in words: where, what was read, what is accepted. */
function describeIssue(issue: Issue, value: unknown, root: SchemaNode): string {
  const where = issue.path.length === 0 ? "the file" : pathWords(issue.path);
  if (issue.code === "unrecognized_keys") {
    const node = nodeAt(root, issue.path);
    return `${where}: ${unknownKeys(issue.keys, node ? keyNames(node) : [])}`;
  }
  if (issue.code === "invalid_key") {
    return `${where}: accepted as a name: 1 to 40 letters of a-z, digits, _ and -`;
  }
  const read = valueAt(value, issue.path);
  return `${where}: ${readWords(read, issue)}accepted: ${acceptedFor(issue, read, root)}`;
}

function acceptedFor(issue: Issue, read: unknown, root: SchemaNode): string {
  const node = nodeAt(root, issue.path);
  if (typeof read === "string" && issue.path.at(-2) === "who") return targetWords(read, issue);
  // Words of the schema's own say more than its shape; those of the library say less.
  if (!LIBRARY_WORDS.test(issue.message)) return issue.message;
  if (!node) return issue.message;
  const accepted = acceptedWords(node);
  return typeof read === "number" && accepted.startsWith("text")
    ? `${accepted}, in quotation marks (a long number loses its last digits without them)`
    : accepted;
}

const LIBRARY_WORDS = /^(?:Invalid|Too (?:big|small)|Unrecognized)/u;

function targetWords(read: string, issue: Issue): string {
  if (!issue.message.startsWith("a target")) return issue.message;
  return read.startsWith("role:")
    ? `role: and one of ${TEAM_ROLES.filter((role) => role !== "member").join(", ")}`
    : "person:ID, role:ROLE, on-call:ROTA or everyone";
}

function unknownKeys(keys: readonly string[], known: readonly string[]): string {
  const words = keys.map((key) => {
    const meant = known.find((name) => name !== key && isNear(key, name));
    return `${JSON.stringify(key.slice(0, MOST_READ))}${meant === undefined ? "" : ` (is ${meant} meant?)`}`;
  });
  return `read the unknown ${keys.length === 1 ? "key" : "keys"} ${words.join(", ")}; accepted: ${known.join(", ")}`;
}

/** What was read, as far as it helps and names nobody. */
function readWords(read: unknown, issue: Issue): string {
  if (read === undefined) return issue.path.length > 0 ? "it is missing; " : "";
  if (read === null) return "read nothing (null); ";
  if (Array.isArray(read)) return `read ${listWords(read)}; `;
  if (typeof read === "object") return "read keys and values; ";
  if (issue.path.at(-1) === "email") return "read something else (not shown); ";
  return `read ${cut(JSON.stringify(read))}; `;
}

function listWords(list: readonly unknown[]): string {
  const minutes = list.map((rung) => valueAt(rung, ["afterMinutes"]));
  if (minutes.length > 0 && minutes.every((each) => typeof each === "number")) {
    return `afterMinutes ${cut(minutes.join(", "))}`;
  }
  return list.length === 0 ? "an empty list" : `a list of ${list.length}`;
}

function cut(words: string): string {
  return words.length > MOST_READ ? `${words.slice(0, MOST_READ)}…` : words;
}

/** `escalation.ladders[0].rungs`, counted from 0 as programs count; a line number stands beside it. */
function pathWords(path: Path): string {
  return path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`))
    .join("")
    .replace(/^\./u, "");
}
