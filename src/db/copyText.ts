/** COPY's text format: fields between tabs, `\N` for null, backslash escapes. No NUL can be in it. */

const special = /[\\\t\n\r]/;
const specials = /[\\\t\n\r]/g;
const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** A text field. */
export function copyText(value: string | null): string {
  if (value === null) return '\\N';
  // Most values need no escape, and finding that out is cheaper than replacing nothing.
  return special.test(value) ? value.replace(specials, (c) => escapes[c]!) : value;
}

/** A text[] field, such as `{"a","b \"c\""}`. */
export function copyTextArray(values: readonly string[] | null): string {
  if (values === null) return '\\N';
  const elements = values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`);
  return copyText(`{${elements.join(',')}}`);
}
