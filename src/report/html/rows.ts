import type { Report } from '../../load/job.js';
import { wayLabel, waysOf } from '../ways.js';
import { flowPicture } from './flow.js';
import { type Markup, html, nothing } from './markup.js';

/** The flow of the rows as a picture, and below it what needs a word. */
export function rowsSection(report: Report): Markup {
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
