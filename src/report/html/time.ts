import { showDuration } from '../../terminal/figures.js';
import type { SpeedSample, Report } from '../../load/job.js';
import { type Markup, html, nothing } from './markup.js';
import { speedChart } from './speed.js';

/** Where the time went, and rows per second over time where samples were kept. */
export function timeSection(report: Report, speed: SpeedSample[]): Markup {
  const parts = partsOf(report);
  const chart = speedChart(speed);
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
