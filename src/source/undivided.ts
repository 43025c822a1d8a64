import { shellWord } from '../errors.js';
import type { SourceRow } from './source.js';

/** More lines than this share have the columns of a fixed width, where a file has such ones. */
const mostLines = 0.8;

/**
 * What may be wrong with a text whose rows came out as one cell each, and the way out; null where it
 * may well have one column only.
 */
export function whyUndivided(head: readonly SourceRow[]): string | null {
  const lines = head.flatMap((row) => {
    if ('unreadable' in row) return [row.unreadable.value];
    const [first, ...others] = row.cells;
    return typeof first === 'string' && others.every((cell) => cell === '') ? [first] : [];
  });
  if (lines.length < 2 || lines.length < head.length) return null;
  if (lines.filter((line) => /\S {2,}\S/.test(line)).length > lines.length * mostLines) {
    return 'Its columns seem to be padded with blanks to a fixed width. Save it with a sign between the cells, such as a tab, and name that with --delimiter';
  }
  const sign = signOfAll(lines);
  if (sign === null) return null;
  const [header, row] = lines.map((line) => line.split(sign).length);
  const lacks = header! < row!;
  const first = lacks ? 'put a header before the first one, as each row has a cell more, and ' : '';
  return `Each row was read as one cell. If ${nameOf(sign)} stands between the cells, ${first}give --delimiter ${wordFor(sign)}`;
}

/** What stands in every line, as often in each below the header. */
function signOfAll(lines: string[]): string | null {
  const [header, ...rows] = lines as [string, ...string[]];
  const signs = new Set(header.match(/[^\p{L}\p{N}\p{M}"'._-]/gu) ?? []);
  const counts = (sign: string) => rows.map((line) => line.split(sign).length - 1);
  const even = [...signs].filter(
    (sign) => new Set(counts(sign)).size === 1 && counts(sign)[0]! > 0,
  );
  return even.sort((a, b) => counts(b)[0]! - counts(a)[0]!)[0] ?? null;
}

function nameOf(sign: string): string {
  if (sign === ' ') return 'a blank';
  return isControl(sign) ? `the control character ${sign.charCodeAt(0)}` : `"${sign}"`;
}

function wordFor(sign: string): string {
  const code = sign.charCodeAt(0).toString(16).padStart(2, '0');
  return isControl(sign) ? `$'\\x${code}'` : shellWord(sign);
}

function isControl(sign: string): boolean {
  return sign < ' ' || sign === '\x7f';
}
