import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  CSV_LINE_END,
  csvColumns,
  csvLine,
  csvRow,
  type ExportedRecord,
} from "../../src/engine/statement/csv.ts";
import {
  isRestriction,
  type Restriction,
  type StatementFacts,
  toTransparencyRecord,
  transparencyRecordSchema,
} from "../../src/engine/statement/transparency-record.ts";
import { CASE_SOURCES } from "../../src/engine/case/case.ts";
import {
  CASE_ACTIONS,
  type CaseActionKind,
  caseActionSchema,
} from "../../src/engine/case/decision.ts";
import { FAMILIES } from "../../src/engine/message.ts";

const AT = Date.UTC(2026, 2, 1, 23, 30);

const FACTS: StatementFacts = {
  id: "r-1",
  restrictions: [{ kind: "delete" }],
  source: "rule",
  family: "claim",
  ground: "Promise of profit",
  explanation: "Promises that returns are certain",
  facts: "A moderator looked at it.",
  byMachine: false,
  sentAt: AT - 60_000,
  decidedAt: AT,
};

const record = (changes: Partial<StatementFacts>) =>
  transparencyRecordSchema.parse(toTransparencyRecord({ ...FACTS, ...changes }));

describe("the record of a restriction", () => {
  test.each<[Restriction, object]>([
    [{ kind: "hide" }, { decision_visibility: ["DECISION_VISIBILITY_CONTENT_DISABLED"] }],
    [{ kind: "delete" }, { decision_visibility: ["DECISION_VISIBILITY_CONTENT_REMOVED"] }],
    [
      { kind: "timeout", minutes: 60 },
      {
        decision_provision: "DECISION_PROVISION_PARTIAL_SUSPENSION",
        end_date_service_restriction: "2026-03-02",
      },
    ],
    [{ kind: "kick" }, { decision_account: "DECISION_ACCOUNT_TERMINATED" }],
    [
      { kind: "ban", minutes: 29 },
      {
        decision_account: "DECISION_ACCOUNT_SUSPENDED",
        end_date_account_restriction: "2026-03-01",
      },
    ],
    [{ kind: "ban", minutes: null }, { decision_account: "DECISION_ACCOUNT_TERMINATED" }],
  ])("%j says what was done, and nothing else", (restriction, fields) => {
    const decisions = Object.entries(record({ restrictions: [restriction] })).filter(([key]) =>
      /^(?:decision_(?:vis|prov|acc)|end_date)/u.test(key),
    );
    expect(Object.fromEntries(decisions)).toEqual(fields);
  });

  test("of everything at once says all of it; what is removed is no longer merely hidden", () => {
    const restrictions: Restriction[] = [
      { kind: "hide" },
      { kind: "delete" },
      { kind: "timeout", minutes: 5 },
      { kind: "ban", minutes: null },
    ];
    expect(record({ restrictions })).toMatchObject({
      decision_visibility: ["DECISION_VISIBILITY_CONTENT_REMOVED"],
      decision_provision: "DECISION_PROVISION_PARTIAL_SUSPENSION",
      decision_account: "DECISION_ACCOUNT_TERMINATED",
    });
  });

  test("holds for every family, source and length of words", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...FAMILIES, null),
        fc.constantFrom(...CASE_SOURCES),
        fc.string({ minLength: 1, maxLength: 3000, unit: "grapheme" }),
        fc.boolean(),
        fc.nat(),
        (family, source, words, byMachine, sentAt) => {
          const made = record({
            family,
            source,
            ground: words,
            explanation: words,
            facts: words,
            byMachine,
            sentAt,
          });
          expect(made.category_specification_other !== undefined).toBe(
            made.category_specification.includes("KEYWORD_OTHER"),
          );
          expect(made.source_type === "SOURCE_TYPE_OTHER_NOTIFICATION").toBe(source === "report");
        },
      ),
      { numRuns: 200 },
    );
  });

  const NEEDS: Readonly<Partial<Record<CaseActionKind, object>>> = {
    timeout: { minutes: 1 },
    ban: { minutes: null },
    "ask-correction": { text: "x" },
    "publish-answer": { text: "x" },
  };

  test("a warning, a restored message and an answer restrict nobody", () => {
    const kinds = CASE_ACTIONS.filter((kind) =>
      isRestriction(caseActionSchema.parse({ kind, ...NEEDS[kind] })),
    );
    expect(kinds).toEqual(["delete", "timeout", "kick", "ban"]);
  });
});

/** Reads CSV as RFC 4180 writes it. */
function readCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/uy;
  for (let match = cell.exec(text); match; match = cell.exec(text)) {
    rows.at(-1)?.push(match[1] === undefined ? (match[2] ?? "") : match[1].replaceAll('""', '"'));
    if (match[3] !== ",") rows.push([]);
    if (cell.lastIndex === text.length) break;
  }
  return rows.slice(0, -1);
}

describe("CSV", () => {
  test("comes back as it was, whatever is in it", () => {
    const cells = fc.array(
      fc.string({ unit: fc.constantFrom(...'a , " \r \n ; | 牛 \t'.split(" "), " ") }),
      {
        minLength: 2,
        maxLength: 5,
      },
    );
    fc.assert(
      fc.property(fc.array(cells, { minLength: 1, maxLength: 4 }), (rows) => {
        const text = rows.map((row) => `${csvLine(row)}${CSV_LINE_END}`).join("");
        expect(readCsv(text)).toEqual(rows);
      }),
    );
  });

  test("of a record has every field in its column, lists joined, and what is absent empty", () => {
    const columns = csvColumns(true);
    const made: ExportedRecord = {
      ...record({ ground: 'A "sure" thing, twice', family: "promotion" }),
      revoked_at: null,
    };
    const text = `${csvLine(columns)}${CSV_LINE_END}${csvRow(made, columns)}${CSV_LINE_END}`;
    const [head = [], row = []] = readCsv(text);
    const back = Object.fromEntries(head.map((name, i) => [name, row[i]]));
    expect(back).toMatchObject({
      decision_visibility: "DECISION_VISIBILITY_CONTENT_REMOVED",
      decision_account: "",
      incompatible_content_ground: 'A "sure" thing, twice',
      category_specification_other: 'A "sure" thing, twice',
      puid: "r-1",
      revoked_at: "",
    });
    expect(back["territorial_scope"]?.split("|")).toHaveLength(30);
    expect(csvColumns(false)).not.toContain("revoked_at");
  });
});
