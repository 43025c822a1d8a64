/**
 * The tables of a page as a browser lays them out: end tags may be left out, a cell may stand beside
 * several rows or below several columns, and a table may stand in a cell of another one.
 *
 * Not by the library: it cuts a page at the first `</table>` and `</tr>`, so that cells behind an
 * inner table were lost, and rows without end tags ran together.
 */

/** Cells that one page may have, with those that stand beside several rows counted for each. */
const maxCells = 5_000_000;
/** Tables inside each other. */
const maxTables = 64;
/** As HTML limits them. */
const maxRowspan = 65_534;
const maxColspan = 1000;
/** A table in a cell is a part of its text up to this size: layouts have the whole page in a cell. */
const maxInner = { rows: 500, characters: 10_000 };

/** What a cell says; several places may hold the same one. */
interface PageCell {
  text: string;
}

/** One row after the other; undefined is a place that no cell takes. */
type Rows = (PageCell | undefined)[][];

interface OpenTable {
  rows: Rows;
  row: (PageCell | undefined)[] | null;
  cell: PageCell | null;
  /** By column: what stands beside the next rows too, and how many are left. */
  spans: Map<number, { cell: PageCell; left: number }>;
}

/** What parts texts that are seen below each other. */
const blocks = new Set(
  'br p div li ul ol dl dt dd h1 h2 h3 h4 h5 h6 hr pre section article blockquote tr'.split(' '),
);
const groups = new Set(['thead', 'tbody', 'tfoot']);
/** What stands in them is not shown. */
const unseen = new Set(['script', 'style', 'template', 'noscript', 'title', 'textarea', 'select']);

/**
 * The texts of all cells, table by table in the order in which they begin.
 * @param decoded gives the characters that names such as `&euro;` stand for
 * @throws what `tooLarge` makes of a page with too many cells, and `damaged` of one that is cut off
 */
export function readTables(
  page: string,
  decoded: (text: string) => string,
  { tooLarge, damaged }: Record<'tooLarge' | 'damaged', (what: string) => Error>,
): string[][][] {
  const reader = new TableReader(decoded, tooLarge);
  let at = 0;
  for (;;) {
    const start = page.indexOf('<', at);
    if (start < 0) break;
    reader.text(page.slice(at, start));
    at = readTag(page, start, reader);
  }
  if (reader.isInTable) throw damaged('it ends within a table, so that rows may be lacking');
  return reader.tables.map(textsOf);
}

/** @returns where what begins with this `<` ends */
function readTag(page: string, start: number, reader: TableReader): number {
  if (page.startsWith('<!--', start)) return after(page, '-->', start + 4);
  const name = /<(\/?)([a-z][a-z0-9]*)/iy;
  name.lastIndex = start;
  const [whole, slash, word] = name.exec(page) ?? [];
  if (whole === undefined) {
    // `<!DOCTYPE` and the like; alone it is a sign of the text.
    if (/[!?/]/.test(page.charAt(start + 1))) return after(page, '>', start);
    reader.text('<');
    return start + 1;
  }
  const end = endOfTag(page, start + whole.length);
  const tag = word!.toLowerCase();
  if (slash !== '') reader.close(tag);
  else reader.open(tag, page.slice(start + whole.length, end));
  if (slash !== '' || !unseen.has(tag)) return end;
  const close = new RegExp(`</${tag}(?=[\\s>/])`, 'gi');
  close.lastIndex = end;
  return close.exec(page)?.index ?? page.length;
}

function after(page: string, mark: string, from: number): number {
  const found = page.indexOf(mark, from);
  return found < 0 ? page.length : found + mark.length;
}

/** So many attributes in quotes are looked at: a tag with more is none, and ends at the first `>`. */
const maxQuoted = 200;

function endOfTag(page: string, from: number): number {
  const next = /["'>]/g;
  next.lastIndex = from;
  for (let quoted = 0; quoted < maxQuoted; quoted++) {
    const found = next.exec(page);
    if (found === null) break;
    if (found[0] === '>') return next.lastIndex;
    const close = page.indexOf(found[0], next.lastIndex);
    if (close < 0) break;
    next.lastIndex = close + 1;
  }
  return after(page, '>', from);
}

class TableReader {
  readonly tables: Rows[] = [];
  #open: OpenTable[] = [];
  #cells = 0;
  readonly #decoded: (text: string) => string;
  readonly #tooLarge: (what: string) => Error;

  constructor(decoded: (text: string) => string, tooLarge: (what: string) => Error) {
    this.#decoded = decoded;
    this.#tooLarge = tooLarge;
  }

  get isInTable(): boolean {
    return this.#open.length > 0;
  }

  text(raw: string): void {
    const cell = this.#open.at(-1)?.cell;
    if (cell) cell.text += this.#decoded(raw.replace(/[ \t\r\n\f]+/g, ' '));
  }

  open(tag: string, attributes: string): void {
    const table = this.#open.at(-1);
    if (tag === 'table') this.#openTable();
    else if (table === undefined) return;
    else if (tag === 'td' || tag === 'th') this.#openCell(table, attributes);
    else if (tag === 'tr') this.#openRow(table);
    else if (groups.has(tag)) this.#endGroup(table);
    else if (blocks.has(tag) && table.cell !== null) table.cell.text += '\n';
  }

  close(tag: string): void {
    const table = this.#open.at(-1);
    if (table === undefined) return;
    if (tag === 'table') this.#closeTable();
    else if (tag === 'td' || tag === 'th') table.cell = null;
    else if (tag === 'tr') table.row = table.cell = null;
    else if (groups.has(tag)) this.#endGroup(table);
    else if (blocks.has(tag) && tag !== 'br' && table.cell !== null) table.cell.text += '\n';
  }

  #openTable(): void {
    if (this.#open.length >= maxTables) {
      throw this.#tooLarge(`its tables stand more than ${maxTables} deep inside each other`);
    }
    const rows: Rows = [];
    this.tables.push(rows);
    this.#open.push({ rows, row: null, cell: null, spans: new Map() });
  }

  #closeTable(): void {
    const { rows } = this.#open.pop()!;
    const cell = this.#open.at(-1)?.cell;
    if (!cell || rows.length > maxInner.rows) return;
    const lines = textsOf(rows).map((texts) => texts.join(' ').trim());
    const inner = lines.join('\n');
    if (inner.length <= maxInner.characters) cell.text += `\n${inner}\n`;
  }

  #openRow(table: OpenTable): void {
    const row: OpenTable['row'] = [];
    for (const [column, span] of table.spans) {
      this.#place(row, column, span.cell);
      if (--span.left === 0) table.spans.delete(column);
    }
    table.rows.push(row);
    table.row = row;
    table.cell = null;
  }

  #endGroup(table: OpenTable): void {
    table.row = table.cell = null;
    table.spans.clear();
  }

  /** Of a cell below several columns, only the first has its text. */
  #openCell(table: OpenTable, attributes: string): void {
    if (table.row === null) this.#openRow(table);
    const row = table.row!;
    const cell: PageCell = { text: '' };
    const below = spanOf(attributes, 'rowspan');
    const left = below === 0 ? Infinity : Math.min(below, maxRowspan) - 1;
    const beside = Math.min(Math.max(spanOf(attributes, 'colspan'), 1), maxColspan);
    let column = 0;
    while (row[column] !== undefined) column++;
    for (let at = column; at < column + beside; at++) {
      // Where two cells overlap, the one that came first keeps its place.
      if (row[at] !== undefined) continue;
      const placed = at === column ? cell : { text: '' };
      this.#place(row, at, placed);
      if (left > 0) table.spans.set(at, { cell: placed, left });
    }
    table.cell = cell;
  }

  #place(row: (PageCell | undefined)[], column: number, cell: PageCell): void {
    if (++this.#cells > maxCells)
      throw this.#tooLarge(`its tables have more than ${maxCells} cells`);
    while (row.length < column) row.push(undefined);
    row[column] = cell;
  }
}

const attribute = /(?<![\w-])([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/g;

/** `rowspan="2"`; 1 where it is not said, or is no number. */
function spanOf(attributes: string, name: string): number {
  if (!attributes.toLowerCase().includes(name)) return 1;
  for (const [, key, ...values] of attributes.matchAll(attribute)) {
    const number = Number.parseInt(values.find((value) => value !== undefined) ?? '', 10);
    if (key!.toLowerCase() === name) return Number.isNaN(number) ? 1 : number;
  }
  return 1;
}

/** Lines without blanks around them, and none of them blank. */
function textsOf(rows: Rows): string[][] {
  return rows.map((row) => {
    return Array.from(row, (cell) => {
      if (cell === undefined || cell.text === '') return '';
      const lines = cell.text.split('\n').map((line) => line.trim());
      return lines.filter((line) => line !== '').join('\n');
    });
  });
}
