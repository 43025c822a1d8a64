import type { Reject, RejectGroup } from '../product/reject.js';
import type { Change } from '../load/changes.js';
import { type ReportExtra, rejectsOf } from './extra.js';
import { RejectGroups } from './groups.js';
import { changesSection } from './html/changes.js';
import { html, Markup, nothing, prose } from './html/markup.js';
import { nextSection } from './html/next.js';
import { rejectsSection } from './html/rejects.js';
import { rowsSection } from './html/rows.js';
import { style } from './html/style.js';
import { badge, provenance, tiles } from './html/summary.js';
import { timeSection } from './html/time.js';
import { nextSteps } from './next.js';
import type { Report } from '../load/job.js';
import { sentence } from './sentence.js';

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
          ${rowsSection(report)}${nextSection(nextSteps(report, rejects.groups))}
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
