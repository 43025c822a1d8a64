import type { Change } from '../../load/changes.js';
import type { SpeedSample, Report } from '../../load/job.js';
import type { Reject, RejectGroup } from '../../product/reject.js';
import { countOf, showCount, showDuration, showRate } from '../../terminal/figures.js';
import { rateOf } from '../facts.js';
import { groupRows } from '../reject-groups.js';
import { type Markup, html, nothing, prose } from './markup.js';

const maxGroups = 50;

/** Rejects by code and column with examples, and the first of them one by one. */
export function rejectsSection(groups: RejectGroup[], first: Reject[], errors: number): Markup {
  if (groups.length === 0) return nothing;
  const more = groups.length - maxGroups;
  return html`<section aria-labelledby="rejected">
    <h2 id="rejected">Rejected rows</h2>
    <ul>
      ${groups.slice(0, maxGroups).map(groupItem)}
    </ul>
    ${more > 0 ? html`<p class="soft">and ${countOf(more, 'other kind')}</p>` : nothing}
    ${isAllShown(groups) ? nothing : list(first, errors)}
  </section>`;
}

/** Whether the examples are all that there is. */
function isAllShown(groups: RejectGroup[]): boolean {
  return (
    groups.length <= maxGroups && groups.every(({ rows, examples }) => rows === examples.length)
  );
}

function groupItem(group: RejectGroup): Markup {
  const column = group.column === null ? nothing : html` in <b>${group.column}</b>`;
  return html`<li>
    <div class="group">
      <h3><code>${group.code}</code>${column}</h3>
      <span class="soft">${groupRows(group)}</span>
    </div>
    <ul class="examples">
      ${group.examples.map(
        ({ rowNumber, value, error }) =>
          html`<li>
            <span class="soft">row ${rowNumber}</span> ${valueShown(value)}<span class="error"
              >${prose(error)}</span
            >
          </li>`,
      )}
    </ul>
  </li>`;
}

function list(first: Reject[], errors: number): Markup {
  const all = first.length === errors;
  const title = all ? `All ${countOf(errors, 'error')}` : `The first ${showCount(first.length)}`;
  return html`<details>
    <summary>${title}${all ? nothing : ` of ${countOf(errors, 'error')}`}</summary>
    <ol class="examples">
      ${first.map(rejectItem)}
    </ol>
  </details>`;
}

function rejectItem({ rowNumber, line, column, value, code, error }: Reject): Markup {
  const place = line === null || line === rowNumber ? '' : ` (line ${line})`;
  const name = column === null ? nothing : html`<b>${column}</b> `;
  return html`<li>
    <span class="soft">row ${rowNumber}${place}</span> ${name}${valueShown(value)}<code class="soft"
      >${code}</code
    >
    ${prose(error)}
  </li> `;
}

function valueShown(value: string): Markup {
  return value === '' ? nothing : html`<span class="value">${value}</span> `;
}

/** The others are folded in: a page is looked at from its top. */
const maxOpen = 20;

/** What the load changed, old → new, where that was recorded. */
export function changesSection(first: Change[], changes: number): Markup {
  if (first.length === 0) return nothing;
  const rest = first.slice(maxOpen);
  return html`<section aria-labelledby="changes">
    <h2 id="changes">Changes</h2>
    <ul>
      ${first.slice(0, maxOpen).map(changeItem)}
    </ul>
    ${rest.length === 0 ? nothing : restOfChanges(rest, changes)}
  </section>`;
}

function restOfChanges(rest: Change[], changes: number): Markup {
  const isAll = maxOpen + rest.length === changes;
  const of = isAll ? `${showCount(rest.length)} more` : `The next ${showCount(rest.length)}`;
  return html`<details>
    <summary>${of}${isAll ? '' : ` of ${countOf(changes, 'product')}`}</summary>
    <ul>
      ${rest.map(changeItem)}
    </ul>
  </details>`;
}

function changeItem({ sku, action, fields }: Change): Markup {
  const shown = Object.entries(fields).filter(([field, { old, new: now }]) => {
    const isHeading = field === 'sku' && (isNothing(old) || isNothing(now));
    return !isHeading && !(isEmpty(old) && isEmpty(now));
  });
  return html`<li>
    <div class="group">
      <h3><code>${sku}</code></h3>
      <span class="soft">${action}</span>
    </div>
    <ul class="examples">
      ${shown.map(
        ([field, { old, new: now }]) =>
          html`<li><span class="soft">${field}</span> ${was(old)}${arrow(old, now)}${is(now)}</li>`,
      )}
    </ul>
  </li>`;
}

function was(value: unknown): Markup {
  return isNothing(value) ? nothing : html`<del class="value">${spelled(value)}</del>`;
}

function is(value: unknown): Markup {
  return isNothing(value) ? nothing : html`<ins class="value">${spelled(value)}</ins>`;
}

function arrow(old: unknown, now: unknown): Markup {
  if (isNothing(old) && !isNothing(now)) return nothing;
  return html` → ${isNothing(now) ? 'nothing' : ''}`;
}

/** Of a product that is inserted, fields that it does not fill. */
function isEmpty(value: unknown): boolean {
  return isNothing(value) || ['[]', '{}'].includes(JSON.stringify(value));
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined;
}

function spelled(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Where the time went, and rows per second over time where samples were kept. */
export function timeSection(report: Report, speed: SpeedSample[]): Markup {
  const parts = partsOf(report);
  const chart = rateOf(report) === null ? nothing : speedChart(speed);
  if (parts.length === 0 && chart === nothing) return nothing;
  return html`<section aria-labelledby="time">
    <h2 id="time">Time</h2>
    ${parts.length === 0 ? nothing : bar(parts)}${chart}
  </section>`;
}

interface Part {
  name: string;
  ms: number;
}

function bar(parts: Part[]): Markup {
  const sum = parts.reduce((total, { ms }) => total + ms, 0);
  return html`<div class="bar" aria-hidden="true">
      ${parts.map(
        ({ name, ms }) =>
          html`<span class="${name}" style="flex:${((ms / sum) * 100).toFixed(2)}"></span>`,
      )}
    </div>
    <ul class="key">
      ${parts.map(
        ({ name, ms }) =>
          html`<li>
            <span class="dot ${name}" aria-hidden="true"></span>${name} ${showDuration(ms)}
          </li>`,
      )}
    </ul>`;
}

/** None where no phase came to its end: all of the time would be "other". */
function partsOf({ phases, durationMs }: Report): Part[] {
  const readMs = phases.readMs ?? 0;
  const mergeMs = phases.mergeMs ?? 0;
  if (readMs + mergeMs === 0) return [];
  const parts = [
    { name: 'reading', ms: readMs },
    { name: 'merging', ms: mergeMs },
    { name: 'other', ms: Math.max(0, (durationMs ?? 0) - readMs - mergeMs) },
  ];
  return parts.filter(({ ms }) => ms > 0);
}

/** Rows per second over time, where enough samples were kept. */
function speedChart(speed: SpeedSample[]): Markup {
  const rates = ratesOf(speed);
  const peak = Math.max(0, ...rates.map(({ rowsPerSecond }) => rowsPerSecond));
  const endMs = rates.at(-1)?.atMs ?? 0;
  if (rates.length < 2 || peak === 0) return nothing;
  const heights = rates.map(({ rowsPerSecond }) => (40 - (rowsPerSecond / peak) * 38).toFixed(2));
  const points = rates.map(({ atMs }, at) => `${((atMs / endMs) * 100).toFixed(2)} ${heights[at]}`);
  const line = [`0 ${heights[0]}`, ...points].join('L');
  const label = `Rows per second over time, at most ${showRate(peak)}`;
  return html`<svg
      class="speed"
      viewBox="0 0 100 40"
      preserveAspectRatio="none"
      role="img"
      aria-label="${label}"
    >
      <path class="area" d="M0 40L${line}L100 40Z" />
      <path class="edge" d="M${line}" />
    </svg>
    <p class="soft">Rows per second while reading, at most ${showRate(peak)}</p>`;
}

function ratesOf(speed: SpeedSample[]): { atMs: number; rowsPerSecond: number }[] {
  const rates = [];
  for (const [at, sample] of speed.entries()) {
    const before = speed[at - 1] ?? { atMs: 0, rows: 0 };
    const ms = sample.atMs - before.atMs;
    if (ms <= 0) continue;
    rates.push({ atMs: sample.atMs, rowsPerSecond: ((sample.rows - before.rows) * 1000) / ms });
  }
  return rates;
}
