/** COPY's text format: fields between tabs, `\N` for null, backslash escapes. No NUL can be in it. */

/** A text field. */
export function copyText(value: string | null): string {
  if (value === null) return '\\N';
  let text = value;
  // Looking for one character is a scan of memory: four of them cost less than an expression.
  if (text.includes('\\')) text = text.replaceAll('\\', '\\\\');
  if (text.includes('\n')) text = text.replaceAll('\n', '\\n');
  if (text.includes('\t')) text = text.replaceAll('\t', '\\t');
  if (text.includes('\r')) text = text.replaceAll('\r', '\\r');
  return text;
}

/** A text[] field, such as `{"a","b \"c\""}`. */
export function copyTextArray(values: readonly string[] | null): string {
  if (values === null) return '\\N';
  let elements = '';
  for (const value of values) elements += `${elements === '' ? '' : ','}"${arrayText(value)}"`;
  return copyText(`{${elements}}`);
}

function arrayText(value: string): string {
  if (!value.includes('"') && !value.includes('\\')) return value;
  return value.replace(/["\\]/g, '\\$&');
}
