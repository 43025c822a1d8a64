import type { Row, SourceRow } from '../source/source.js';
import { cellText } from './cell.js';
import { nameOrDescription } from './aliases.js';
import { isOwnTarget } from './aliases.js';
import { guessFields, type Guess } from './guess.js';
import { hasTwice, headersOf, rowNamingMore } from './header-row.js';
import { bareHeaderKey, headerKey, shownHeader } from './header-text.js';
import { countKnownHeaders, matchHeader, type PlannedColumn } from './header.js';
import { listed, mapOption } from './map-option.js';

/** A header in which no column was found for the SKU. */
export interface Unclear {
  head: readonly SourceRow[];
  headerRow: Row | null;
  columns: readonly PlannedColumn[];
  /** The first rows below the header. */
  rows: readonly Row[];
  /** An option that names a sheet with a column for the SKU; null where there is none. */
  sheet: string | null;
  /** Whether each product brings its own headers. */
  isKeyed: boolean;
}

/** What is wrong, and the one thing to try: what comes first here makes the rest needless. */
export function noSku(unclear: Unclear): string {
  const { headerRow, columns } = unclear;
  const named = namesOf(columns);
  const where = headerRow === null ? '' : ` in row ${headerRow.rowNumber}`;
  const found = `There is no column for the SKU${where}. Found ${listed(named, columns.length)}. `;
  if (headerRow === null && !unclear.isKeyed) return `${found}Try ${mapOption('1', 'sku')}`;
  const first = unclear.isKeyed
    ? unclear.sheet
    : (delimiterAdvice(unclear) ?? headerRowAdvice(unclear) ?? unclear.sheet);
  if (first !== null) return `${found}Try ${first}`;
  const maps = mapsFor(columns, unclear.rows);
  const encoding = looksGarbled(named)
    ? ['--encoding if these are not the words of the header']
    : [];
  const ways = [...encoding, ...(maps === null ? [] : [maps])];
  if (ways.length === 0) return found + noneLeft;
  return `${found}Try ${ways.join(', or ')}${maps === null ? `. ${noneLeft}` : ''}`;
}

function namesOf(columns: readonly PlannedColumn[]): string[] {
  return columns.filter(({ isUnnamed }) => !isUnnamed).map(({ header }) => header);
}

/** To give the SKU one of the other fields' columns would only make another one missing. */
const noneLeft = 'Add one with the header "sku", or say which it is with --map "its header=sku"';

/** All that can be guessed, to be copied at once; null where the SKU can't be. */
function mapsFor(columns: readonly PlannedColumn[], rows: readonly Row[]): string | null {
  const guesses = guessFields(
    columns,
    rows.map(({ cells }) => cells),
  );
  if (!guesses.some(({ field }) => field === 'sku')) return null;
  return guessOptions(guesses, columns);
}

export function guessOptions(guesses: readonly Guess[], columns: readonly PlannedColumn[]): string {
  return guesses.map((guess) => mapOption(nameOf(guess, columns), guess.field)).join(' ');
}

/**
 * Why nobody can know which column is the name: in some languages the header of a description stands
 * above the names of price lists, too. Null where that is not so.
 */
export function nameInDoubt({ columns, rows }: Unclear): string | null {
  if (columns.some(({ field }) => field === 'name')) return null;
  const column = columns.find(({ field }) => field === 'description');
  if (column?.match === null || column === undefined || column.match.rank < 0) return null;
  if (!doubtful.has(bareHeaderKey(column.header))) return null;
  const cells = rows.map((row) => row.cells);
  const [guess] = guessFields(columns, cells).filter(({ field }) => field === 'name');
  if (guess?.index !== column.index) return null;
  const known = columns.flatMap(({ index, header, field, isUnnamed }): Guess[] =>
    isUnnamed || field === null || field === 'attributes' || field === 'description'
      ? []
      : [{ index, header, field }],
  );
  const all = [...known, guess].sort((a, b) => a.index - b.index);
  const other = mapOption(nameOf(guess, columns), 'description');
  return (
    `"${shownHeader(column.header)}" may be the name or a description, and no other column is the ` +
    `name. Try ${guessOptions(all, columns)}, or ${other} to update descriptions`
  );
}

const doubtful = new Set(nameOrDescription.map(headerKey));

/** What `--map` can be given for a header; its number, where nobody would type it. */
function nameOf({ header, index }: Guess, columns: readonly PlannedColumn[]): string {
  const number = String(index + 1);
  const isShort = shownHeader(header) === header.replace(/\s+/gu, ' ');
  return isShort || columns.some((column) => column.header === number) ? header : number;
}

/** A row further down that names a SKU, or more fields than the one that was taken. */
function headerRowAdvice({ head, headerRow, sheet }: Unclear): string | null {
  const better = rowNamingMore(head, headerRow);
  if (better === null) return null;
  const option = `--header-row ${better.rowNumber}`;
  const headers = headersOf(better);
  if (headers.some((header) => matchHeader(header, null)?.target === 'sku')) return option;
  if (sheet !== null) return null;
  const columns = headers.map((header, index): PlannedColumn => {
    const match = matchHeader(header, null);
    const target = match?.target ?? null;
    const field = target === null || target === 'action' || isOwnTarget(target) ? null : target;
    const isUnnamed = header === '';
    const column = { index, header, isUnnamed, attributeKey: null, own: null, rank: 0, match };
    return { ...column, field, isAction: target === 'action' };
  });
  const below = head.filter(
    (row): row is Row => 'cells' in row && row.rowNumber > better.rowNumber,
  );
  const maps = mapsFor(columns, below);
  return maps === null ? null : `${option} ${maps}`;
}

/** What is added where the same header comes twice; blank where no other row names a SKU. */
export function otherHeaderRow(head: readonly SourceRow[], headerRow: Row | null): string {
  const better = rowNamingMore(head, headerRow);
  if (better === null || hasTwice(headersOf(better))) return '';
  if (!headersOf(better).some((header) => matchHeader(header, null)?.target === 'sku')) return '';
  return `, or give --header-row ${better.rowNumber} if that row is the header`;
}

/** Signs that may divide cells although nobody would think so at once; blanks come last. */
const unusualDelimiters = /[^\p{L}\p{N}\s"'_()[\]-]| /gu;

/** The sign at which the header falls apart into names that are known. */
function delimiterAdvice(unclear: Unclear): string | null {
  const first = unclear.head.find((row): row is Row => 'cells' in row);
  return dividedBy(unclear.headerRow, unclear.rows) ?? dividedBy(first ?? null, unclear.rows);
}

function dividedBy(headerRow: Row | null, rows: readonly Row[]): string | null {
  if (headerRow === null || headerRow.line === null) return null;
  const filled = headerRow.cells.map((cell) => cellText(cell)).filter((text) => text.trim() !== '');
  const [line = ''] = filled;
  if (filled.length > 2 || line.length > 2000) return null;
  const signs = [...new Set(line.match(unusualDelimiters) ?? [])].sort(blanksLast);
  const known = signs.map((sign) => countKnownHeaders(line.split(sign)));
  const best = Math.max(0, ...known);
  const sign = signs[known.indexOf(best)];
  if (sign === undefined || best < 2) return null;
  const parts = line.split(sign).length;
  const isEven = rows.every(({ cells }) => cellText(cells[0] ?? '').split(sign).length === parts);
  return sign === ' ' && !isEven ? oddWidths : `--delimiter ${shellSign(sign)}`;
}

const oddWidths =
  "another export: columns of a fixed width can't be read (--delimiter says what divides cells)";

const blanksLast = (a: string, b: string) => Number(a === ' ') - Number(b === ' ');

/** As a shell takes it, also where it can't be seen. */
function shellSign(sign: string): string {
  const code = sign.charCodeAt(0);
  if (sign === '\t') return 'tab';
  if (code < 0x20) return `$'\\x${code.toString(16).padStart(2, '0')}'`;
  return sign === "'" ? '"\'"' : `'${sign}'`;
}

/** Text that was decoded wrongly has hardly a letter that a header of any system begins with. */
function looksGarbled(headers: readonly string[]): boolean {
  return !headers.some((header) => /^[^\p{L}]*[a-z]/iu.test(header));
}
