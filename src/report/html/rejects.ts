import type { Reject } from '../../product/reject.js';
import { countOf, showCount } from '../../terminal/figures.js';
import type { RejectGroup } from '../../product/reject.js';
import { groupRows } from '../groups.js';
import type { Markup } from './markup.js';
import { html, nothing, prose } from './markup.js';

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
            <span class="soft">row ${rowNumber}</span> ${shown(value)}<span class="error"
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
    <span class="soft">row ${rowNumber}${place}</span> ${name}${shown(value)}<code class="soft"
      >${code}</code
    >
    ${prose(error)}
  </li> `;
}

function shown(value: string): Markup {
  return value === '' ? nothing : html`<span class="value">${value}</span> `;
}
