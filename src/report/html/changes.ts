import { countOf, showCount } from '../../terminal/figures.js';
import type { Change } from '../extra.js';
import type { Markup } from './markup.js';
import { html, nothing } from './markup.js';

/** What the load changed, old → new, where that was recorded. */
export function changesSection(first: Change[], changes: number): Markup {
  if (first.length === 0) return nothing;
  const cut =
    first.length === changes
      ? nothing
      : html`<p class="soft">
          The first ${showCount(first.length)} of ${countOf(changes, 'product')}.
        </p>`;
  return html`<section aria-labelledby="changes">
    <h2 id="changes">Changes</h2>
    ${cut}
    <ul>
      ${first.map(changeItem)}
    </ul>
  </section>`;
}

function changeItem({ sku, action, fields }: Change): Markup {
  return html`<li>
    <div class="group">
      <h3><code>${sku}</code></h3>
      <span class="soft">${action}</span>
    </div>
    <ul class="examples">
      ${Object.entries(fields).map(
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

function isNothing(value: unknown): boolean {
  return value === null || value === undefined;
}

function spelled(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
