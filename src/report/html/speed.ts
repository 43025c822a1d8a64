import { showRate } from '../../terminal/figures.js';
import type { SpeedSample } from '../../load/job.js';
import { type Markup, html, nothing } from './markup.js';

/** Rows per second over time, where enough samples were kept. */
export function speedChart(speed: SpeedSample[]): Markup {
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
