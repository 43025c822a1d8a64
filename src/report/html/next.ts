import type { Step } from '../next.js';
import type { Markup } from './markup.js';
import { html, nothing, prose } from './markup.js';

export function nextSection(steps: Step[]): Markup {
  if (steps.length === 0) return nothing;
  const items = steps.map(({ command, why }) =>
    command === null
      ? html`<li>${prose(why)}</li>`
      : html`<li>${capitalised(why)}:<code class="command">${command}</code></li>`,
  );
  return html`<section aria-labelledby="next">
    <h2 id="next">What to do next</h2>
    <ul>
      ${items}
    </ul>
  </section>`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
