import type { WriteStream } from 'node:tty';
import { stripVTControlCharacters } from 'node:util';

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

/** East Asian wide characters (and full forms) and emoji take two columns; marks take none. */
const wide = new RegExp(
  '[\\u1100-\\u115f\\u2e80-\\u303e\\u3041-\\ua4cf\\uac00-\\ud7a3\\uf900-\\ufaff\\ufe30-\\ufe6f' +
    '\\uff01-\\uff60\\uffe0-\\uffe6\\u{20000}-\\u{3fffd}]|\\p{Emoji_Presentation}',
  'u',
);
const narrow = /[\p{Mn}\p{Me}]/u;

/** Columns that a text takes on a terminal; colours take none. */
export function displayWidth(text: string): number {
  let columns = 0;
  for (const character of stripVTControlCharacters(text)) columns += characterWidth(character);
  return columns;
}

/** The text if it fits, else its beginning and an ellipsis. Not for text that has colours. */
export function cut(text: string, maxColumns: number): string {
  if (displayWidth(text) <= maxColumns) return text;
  let kept = '';
  let columns = 1;
  for (const character of text) {
    columns += characterWidth(character);
    if (columns > maxColumns) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

function characterWidth(character: string): number {
  if (character < '\u0300') return 1;
  if (narrow.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

/**
 * Breaks a line between words so that it fits; what follows is indented. A word that is longer
 * than the line stays whole, and so do commands in backticks and an option with its value, which
 * are there to be copied. Colours count for nothing and may span the break.
 */
export function wrap(line: string, columns: number, indent = 4): string {
  if (displayWidth(line) <= columns) return line;
  const lines = [''];
  for (const piece of line.match(words) ?? []) {
    const last = lines.at(-1)!;
    const fits = last === '' || displayWidth(last + piece) <= columns;
    if (fits) lines[lines.length - 1] = last + piece;
    else lines.push(' '.repeat(indent) + piece.trimStart());
  }
  return lines.join('\n');
}

const words = / *(?:`[^`]*`|(?<= |^)--[\w-]+ (?:"[^"]*"|'[^']*'|[^ ])|[^ ])+/g;

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * One line of a log that programs read, with its line end. The keys are those of pino.
 * @param fields never a secret
 */
export function logLine(level: LogLevel, message: string, fields: object = {}): string {
  return `${jsonSafely({ level, time: new Date().toISOString(), msg: message, ...fields })}\n`;
}

/** A sentence among the lines of `--progress json`, with its line end. */
export function noteLine(note: string): string {
  return `${jsonSafely({ note })}\n`;
}

type Screen = Pick<WriteStream, 'isTTY' | 'columns'>;

/** A sentence for people: on a terminal its lines are broken between words, not in them. */
export function forTheEye(note: string, { isTTY, columns }: Screen): string {
  const lines = showLinesSafely(note).split('\n');
  if (!isTTY) return lines.join('\n');
  // Some pseudo-terminals say that they have no columns at all.
  return lines.map((line) => wrap(line, columns || 80)).join('\n');
}
