import { html } from "hono/html";
import { familiesOf, type ReplaySummary } from "../../src/pipeline/replay-report.ts";

/** The account of a replay as one page that needs nothing else; every value is escaped by the template. */
export function replayPage(summary: ReplaySummary, timeZone: string) {
  const time = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    dateStyle: "medium",
    timeStyle: "short",
  });
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Candor replay</title>
<style>${STYLE}</style>
<h1>Candor replay</h1>
<p>${summary.messages} messages read, ${summary.skipped} records are no messages, ${summary.unreadable} could not be read.
${summary.flagged} messages flagged, ${summary.cases} cases would be opened. Rules ${summary.rulesVersion}. Times: ${timeZone}.</p>
<h2>Communities</h2>
<table><tr><th>Community<th>Messages<th>Flagged<th>Cases<th>Families</tr>
${summary.communities.map(
  (community) =>
    html`<tr><td>${community.name ?? community.id}<td>${community.messages}<td>${community.flagged}<td>${community.cases}<td>${familiesOf(
      community.byFamily,
    )
      .map(([family, count]) => `${family} ${count}`)
      .join(", ")}</tr>`,
)}</table>
<h2>Rules</h2>
${summary.rules.length === 0 ? html`<p>Nothing was flagged.</p>` : ""}
${summary.rules.map(
  (rule) => html`<h3>${rule.rule} <small>${rule.family}, ${rule.findings} findings</small></h3>
<table><tr><th>When<th>Where<th>Message<th>Severity<th>Score<th>Words (personal data masked)</tr>
${rule.examples.map(
  (example) =>
    html`<tr><td>${example.sentAt === 0 ? "" : time.format(example.sentAt)}<td>${example.community} / ${example.channel}<td>${example.message}<td>${example.severity}<td>${example.score}<td class="words">${example.excerpt}</tr>`,
)}</table>`,
)}
<h2>Files</h2>
<table><tr><th>File<th>Messages<th>No messages<th>Unreadable<th>Notes</tr>
${summary.files.map(
  (file) =>
    html`<tr><td>${file.file}<td>${file.messages}<td>${Object.entries(file.skipped)
      .map(([reason, count]) => `${count} ${reason}`)
      .join(", ")}<td>${file.unreadable}<td>${[
      ...(file.broken === null ? [] : [file.broken]),
      ...file.unreadableRecords.map(({ record, reason }) => `record ${record}: ${reason}`),
    ].join("; ")}</tr>`,
)}</table>
</html>`;
}

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1c2330; background: #fff }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #dde2ea }
td { overflow-wrap: anywhere }
.words { white-space: pre-wrap; min-width: 20rem }
small { font-weight: normal; color: #5b6577 }
`;
