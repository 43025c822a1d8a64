import { countOf, showCount } from '../../terminal/figures.js';
import type { Change } from '../../load/changes.js';
import { type Markup, html, nothing } from './markup.js';

/** The others are folded in: a page is looked at from its top. */
const shown = 20;

/** What the load changed, old → new, where that was recorded. */
export function changesSection(first: Change[], changes: number): Markup {
  if (first.length === 0) return nothing;
  const rest = first.slice(shown);
  return html`<section aria-labelledby="changes">
    <h2 id="changes">Changes</h2>
    <ul>
      ${first.slice(0, shown).map(changeItem)}
    </ul>
    ${rest.length === 0 ? nothing : more(rest, changes)}
  </section>`;
}

function more(rest: Change[], changes: number): Markup {
  const isAll = shown + rest.length === changes;
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
