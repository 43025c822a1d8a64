/**
 * What a terminal acts upon instead of showing: control characters, the marks that reorder text,
 * line separators, and halves of surrogate pairs.
 */
const unsafe =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Cs}/gu;

const short: Record<string, string> = { '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** Text from a file, a database or a stranger, so that it can be shown and can't command. */
export function showSafely(text: string): string {
  return text.replace(unsafe, (character) => short[character] ?? escapeCode(character));
}

/** As {@link showSafely}, but line ends and tabs stay: for cells that hold several lines. */
export function showLinesSafely(text: string): string {
  return text.replace(unsafe, (character) =>
    character === '\n' || character === '\t' ? character : escapeCode(character),
  );
}

/** JSON on one line, in which nothing can command a terminal either: it is escaped as `\u009b`. */
export function jsonSafely(value: unknown): string {
  return JSON.stringify(value).replace(unsafe, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function escapeCode(character: string): string {
  const code = character.charCodeAt(0).toString(16);
  return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code.padStart(4, '0')}`;
}
