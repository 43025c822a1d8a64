import type { Reject, RejectGroup } from '../product/reject.js';
import type { Change } from '../load/changes.js';
import { type ReportExtra, rejectsOf, rateOf, standings, sourceFacts } from './facts.js';
import { RejectGroups } from './reject-groups.js';
import { changesSection, rejectsSection, timeSection } from './html/sections.js';
import { html, Markup, nothing, prose, style } from './html/markup.js';
import { nextSteps, type Step } from './next.js';
import type { Report } from '../load/job.js';
import { wayLabel, waysOf, sentence } from './text.js';
import { flowPicture } from './html/flow.js';
import { showBytes, showCount, showDuration } from '../terminal/figures.js';
import { sourceName } from '../source/source.js';

const maxListed = 500;

/** One page that needs nothing else: no script, no font, no picture from anywhere. */
export async function* htmlReport(report: Report, extra: ReportExtra): AsyncIterable<string> {
  const rejects = await collectRejects(rejectsOf(report, extra));
  const changes = await collectChanges(extra.changes ?? []);
  const title = sentence(report);
  yield html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'"
        />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <style>
          ${new Markup(style)}
        </style>
      </head>
      <body>
        <header>
          ${badge(report)}
          <h1>${prose(title)}</h1>
          ${tiles(report)}
        </header>
        <main>
          ${nextSection(nextSteps(report, rejects.groups))}${rowsSection(report)}
          ${rejectsSection(rejects.groups, rejects.first, rejects.errors)}
          ${notesSection(report)}${timeSection(report, extra.speed ?? [])}
          ${changesSection(changes.first, changes.count)}
        </main>
        <footer>${provenance(report)}</footer>
      </body>
    </html> `.text;
}

async function collectRejects(rejects: AsyncIterable<Reject> | Iterable<Reject>) {
  const collected = new RejectGroups();
  const first: Reject[] = [];
  let errors = 0;
  for await (const reject of rejects) {
    collected.add(reject);
    errors += 1;
    if (first.length < maxListed) first.push(reject);
  }
  const groups: RejectGroup[] = collected.list();
  return { groups, first, errors };
}

async function collectChanges(changes: AsyncIterable<Change> | Iterable<Change>) {
  const first: Change[] = [];
  let count = 0;
  for await (const change of changes) {
    count += 1;
    if (first.length < maxListed) first.push(change);
  }
  return { first, count };
}

function notesSection({ notes }: Report): Markup {
  if (notes.length === 0) return nothing;
  return html`<section aria-labelledby="notes">
    <h2 id="notes">Notes</h2>
    <ul>
      ${notes.map((note) => html`<li>${prose(note)}</li>`)}
    </ul>
  </section>`;
}

function nextSection(steps: Step[]): Markup {
  if (steps.length === 0) return nothing;
  const items = steps.map(({ command, why }) =>
    command === null
      ? html`<li>${prose(why)}</li>`
      : html`<li>${capitalised(why)}:<code class="command">${command}</code></li>`,
  );
  return html`<section aria-labelledby="next">
    <h2 id="next">What to do next</h2>
    <ul>
      ${items}
    </ul>
  </section>`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The flow of the rows as a picture, and below it what needs a word. */
function rowsSection(report: Report): Markup {
  const { deactivated, deleted } = report.missing;
  const remarks = waysOf(report).filter(({ remark }) => remark !== '');
  if (report.rows.read + deactivated + deleted === 0) return nothing;
  return html`<section aria-labelledby="rows">
    <h2 id="rows">Where the rows went</h2>
    ${flowPicture(report)}
    <ul class="remarks key soft">
      ${remarks.map((way) => html`<li><b>${wayLabel(way).join(' ')}</b>: ${way.remark}</li>`)}
    </ul>
  </section>`;
}

/** How the job stands, at a glance. */
function badge({ status, dryRun }: Report): Markup {
  const name = status.replaceAll('_', ' ');
  return html`<span class="badge ${standings[status]}"
    >${dryRun ? `dry run, ${name}` : name}</span
  >`;
}

/** The figures that people ask for first. */
function tiles(report: Report): Markup {
  const { rows, successfulRows, durationMs, peakMemoryBytes } = report;
  const rate = rateOf(report);
  const known: [string, string | null][] = [
    ['rows read', showCount(rows.read)],
    ['rows taken', report.products === null ? null : showCount(successfulRows)],
    ['time', durationMs === null ? null : showDuration(durationMs)],
    ['rows/s', rate === null ? null : showCount(rate)],
    ['memory', peakMemoryBytes ? showBytes(peakMemoryBytes) : null],
  ];
  const shown = known.flatMap(([name, value]) =>
    value === null
      ? []
      : [
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
        ],
  );
  return html`<dl class="tiles">${shown}</dl>`;
}

/** What was loaded and when, for whoever finds the page later. */
function provenance(report: Report): Markup {
  const { jobId, startedAt, finishedAt, source, by } = report;
  const end = finishedAt === null ? nothing : html` to ${moment(finishedAt)}`;
  const doer = by === null ? nothing : html`, by ${by}`;
  const origin = [sourceName(source), sourceFacts(report)].filter((fact) => fact !== '');
  return html`<p>
      ${jobId === null ? 'Dry run' : `Job ${jobId}`}, ${moment(startedAt)}${end}${doer}
    </p>
    <p>${origin.join(': ')}</p>
    ${source.sha256 === null ? nothing : html`<p>SHA-256 <code>${source.sha256}</code></p>`}
    <p>Made by prodimport</p>`;
}

/** `2026-03-01 08:00:03 UTC` */
function moment(iso: string): Markup {
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`;
}
