import { showBytes, showCount, showDuration } from '../../terminal/figures.js';
import { sourceName } from '../../source/source.js';
import { sourceFacts } from '../facts.js';
import type { Report } from '../../load/job.js';
import { type Markup, html, nothing } from './markup.js';

/** How the job stands, at a glance. */
export function badge({ status, dryRun }: Report): Markup {
  const kind = {
    completed: 'good',
    skipped: 'good',
    completed_with_rejects: 'off',
    running: 'change',
    refused: 'bad',
    failed: 'bad',
    interrupted: 'bad',
    crashed: 'bad',
  }[status];
  const name = status.replaceAll('_', ' ');
  return html`<span class="badge ${kind}">${dryRun ? `dry run, ${name}` : name}</span>`;
}

/** The figures that people ask for first. */
export function tiles(report: Report): Markup {
  const { rows, successfulRows, durationMs, rowsPerSecond, peakMemoryBytes } = report;
  const known: [string, string | null][] = [
    ['rows read', showCount(rows.read)],
    ['rows taken', report.products === null ? null : showCount(successfulRows)],
    ['time', durationMs === null ? null : showDuration(durationMs)],
    ['rows/s', rowsPerSecond ? showCount(rowsPerSecond) : null],
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
export function provenance(report: Report): Markup {
  const { jobId, startedAt, finishedAt, source } = report;
  const end = finishedAt === null ? nothing : html` to ${moment(finishedAt)}`;
  const origin = [sourceName(source), sourceFacts(report)].filter((fact) => fact !== '');
  return html`<p>${jobId === null ? 'Dry run' : `Job ${jobId}`}, ${moment(startedAt)}${end}</p>
    <p>${origin.join(': ')}</p>
    ${source.sha256 === null ? nothing : html`<p>SHA-256 <code>${source.sha256}</code></p>`}
    <p>Made by prodimport</p>`;
}

/** `2026-03-01 08:00:03 UTC` */
function moment(iso: string): Markup {
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`;
}
