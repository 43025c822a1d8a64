import { showDuration } from '../../terminal/figures.js';
import type { SpeedSample } from '../extra.js';
import type { Report } from '../schema.js';
import type { Markup } from './markup.js';
import { html, nothing } from './markup.js';
import { speedChart } from './speed.js';

/** Where the time went, and rows per second over time where samples were kept. */
export function timeSection(report: Report, speed: SpeedSample[]): Markup {
  const parts = partsOf(report);
  const sum = parts.reduce((total, { ms }) => total + ms, 0);
  if (sum === 0) return nothing;
  return html`<section aria-labelledby="time">
    <h2 id="time">Time</h2>
    <div class="bar" aria-hidden="true">
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
    </ul>
    ${speedChart(speed)}
  </section>`;
}

function partsOf({ phases, durationMs }: Report): { name: string; ms: number }[] {
  const readMs = phases.readMs ?? 0;
  const mergeMs = phases.mergeMs ?? 0;
  const parts = [
    { name: 'reading', ms: readMs },
    { name: 'merging', ms: mergeMs },
    { name: 'other', ms: Math.max(0, (durationMs ?? 0) - readMs - mergeMs) },
  ];
  return parts.filter(({ ms }) => ms > 0);
}
