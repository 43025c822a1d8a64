import { showSafely } from '../../terminal/escape.js';

/** Markup that was made here, as against text that has still to be escaped. */
export class Markup {
  constructor(readonly text: string) {}
}

type Part = Markup | Markup[] | string | number | null;

/** Builds markup; whatever is put in that is not markup itself is escaped. null is nothing. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Markup {
  const text = strings.map((string, at) => string + rendered(parts[at] ?? null));
  return new Markup(text.join(''));
}

export const nothing = new Markup('');

function rendered(part: Part): string {
  if (part === null) return '';
  if (part instanceof Markup) return part.text;
  if (Array.isArray(part)) return part.map((each) => each.text).join('');
  return escaped(String(part));
}

/** Control characters are shown, not sent: a page may be printed, copied, or piped. */
function escaped(text: string): string {
  return showSafely(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** A sentence whose options (`--max-rejects`) are not broken over two lines. */
export function prose(sentence: string): Markup {
  const parts = sentence.split(/(--[a-z][\w-]*)/);
  const marked = parts.map((part, at) =>
    at % 2 === 1 ? html`<span class="nowrap">${part}</span>` : html`${part}`,
  );
  return html`${marked}`;
}
