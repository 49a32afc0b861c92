import { el } from "./dom.js";
import { ruleText } from "./rules.js";
import { say, sayList } from "./words.js";

/**
 * The text as nodes, with the matched words in `<mark>`. Spans are half-open, in UTF-16 units, which
 * are the units of JavaScript strings; overlapping ones are joined.
 */
export function highlighted(text, findings) {
  const spans = findings
    .flatMap((finding) => finding.spans.map((span) => ({ ...span, family: finding.family })))
    .filter((span) => span.start >= 0 && span.end > span.start && span.end <= text.length)
    .toSorted((a, b) => a.start - b.start || b.end - a.end);
  const nodes = [];
  let at = 0;
  for (const span of spans) {
    const start = Math.max(at, span.start);
    if (span.end <= start) continue;
    nodes.push(text.slice(at, start));
    nodes.push(el("mark", { class: span.family }, text.slice(start, span.end)));
    at = span.end;
  }
  nodes.push(text.slice(at));
  return nodes;
}

export function severityChip(severity) {
  return severity && el("span", { class: `chip ${severity}` }, severity);
}

export function familyChip(family) {
  return el("span", { class: `chip ${family}` }, say(`family.${family}`));
}

export function number(score) {
  return score.toFixed(2);
}

/** The findings with reason, citation and score, as a list. */
export function findingList(findings) {
  return el(
    "ul",
    { class: "findings" },
    findings.map((finding) => {
      const { title, reason, citation } = ruleText(finding);
      return el(
        "li",
        {},
        el("p", { class: "reason" }, severityChip(finding.severity), ` ${reason}`),
        el(
          "p",
          { class: "fine" },
          el("code", {}, finding.rule),
          title !== "" && ` ${title}`,
          ` · ${say(`family.${finding.family}`)} · ${say("score", { score: number(finding.score) })}`,
          finding.people !== undefined && ` · ${say("people", { count: finding.people })}`,
        ),
        citation !== "" && el("p", { class: "fine citation" }, citation),
        finding.guards.length > 0 &&
          el("p", { class: "fine" }, say("guards", { guards: sayList(finding.guards) })),
      );
    }),
  );
}

function scoreTable(scores) {
  return el(
    "dl",
    { class: "scores" },
    Object.entries(scores).map(([family, score]) =>
      el(
        "div",
        {},
        el("dt", {}, say(`family.${family}`)),
        el(
          "dd",
          {},
          el("meter", { min: 0, max: 1, value: score, "aria-label": say(`family.${family}`) }),
          el("span", {}, number(score)),
        ),
      ),
    ),
  );
}

function headline(verdict, shadow) {
  if (verdict.errored) return [el("span", { class: "chip S2" }, say("rulesBroke"))];
  const [gravest] = verdict.findings;
  if (!gravest) {
    const what = verdict.exempt && say(verdict.exempt === "role" ? "exemptRole" : "exemptChannel");
    return [el("span", { class: "fine" }, what ? say("exempt", { what }) : say("nothingFound"))];
  }
  const families = [...new Set(verdict.findings.map((finding) => finding.family))];
  const what = say(`decision.${verdict.decision}`);
  return [
    severityChip(gravest.severity),
    ...families.map(familyChip),
    el(
      "span",
      { class: "decision" },
      // What the rules ask for is not what was done.
      shadow ? say("inShadow", { what }) : what,
    ),
  ];
}

/**
 * What Candor says of one message: open where something was found, quiet where nothing was. `shadow`: it was
 * judged in shadow mode.
 */
export function verdictBox(verdict, open, shadow) {
  const flagged = verdict.findings.length > 0 || verdict.errored !== undefined;
  return el(
    "details",
    { class: flagged ? "verdict flagged" : "verdict", open: open ?? flagged },
    el("summary", {}, headline(verdict, shadow)),
    verdict.findings.length > 0 && findingList(verdict.findings),
    scoreTable(verdict.scores),
  );
}
