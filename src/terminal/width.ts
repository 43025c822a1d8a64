import { stripVTControlCharacters } from 'node:util';

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
