import { displayWidth } from './width.js';

/**
 * Breaks a line between words so that it fits; what follows is indented. A word that is longer
 * than the line stays whole. Colours count for nothing and may span the break.
 */
export function wrap(line: string, columns: number, indent = 4): string {
  if (displayWidth(line) <= columns) return line;
  const lines = [''];
  for (const piece of line.match(/ *[^ ]+/g) ?? []) {
    const last = lines.at(-1)!;
    const fits = last === '' || displayWidth(last + piece) <= columns;
    if (fits) lines[lines.length - 1] = last + piece;
    else lines.push(' '.repeat(indent) + piece.trimStart());
  }
  return lines.join('\n');
}
