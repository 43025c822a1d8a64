import { showDuration, showRate } from '../../terminal/figures.js';
import type { SpeedSample, Report } from '../../load/job.js';
import { rateOf } from '../facts.js';
import { type Markup, html, nothing } from './markup.js';

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
