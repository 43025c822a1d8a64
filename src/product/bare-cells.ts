import type { Cell, Row } from '../source/source.js';

const formula = /^="([^"]*(?:""[^"]*)*)"$/su;
const apostrophe = /^'[\d=+@-]/;

/**
 * What a spreadsheet's guard protects in a cell of a text file: `="00123"` as a whole, or one
 * apostrophe before a digit or a sign that begins a formula. Null where there is no guard.
 */
export function unguarded(cell: string): string | null {
  const text = cell.trim();
  if (apostrophe.test(text)) return text.slice(1);
  const inner = formula.exec(text)?.[1];
  return inner === undefined ? null : inner.replaceAll('""', '"');
}

/** The text so that it comes back as it is where guards are taken off. */
export function guarded(text: string): string {
  return unguarded(text) === null ? text : `="${text.replaceAll('"', '""')}"`;
}

/** What databases and programs export for nothing, too, but which may be a word. */
const nothings: ReadonlySet<string> = new Set(
  'NULL null (NULL) (null) [NULL] [null] <null> NaN nan None undefined'.split(' '),
);
const apostropheCode = 0x27;
const equalsCode = 0x3d;

/** Takes off the cells of a row what says only how to read them, before anything is made of them. */
export class BareCells {
  /** SKUs that came in a guard. */
  guardedSkus = 0;
  /** Cells of such a word that are taken for text, so far, and which words these are. */
  nullTexts = 0;
  readonly nullWords = new Set<string>();
  readonly #strips: boolean;
  readonly #words: readonly (ReadonlySet<string> | null)[];
  readonly #skuColumn: number;
  /** The first characters of cells that need a look: all others are what they are. */
  readonly #starts = new Uint8Array(0x10000);
  readonly #longestWord: number;
  /** Every word of any column, and those that are told. */
  readonly #known: ReadonlySet<string>;
  /** The second characters, by their ASCII codes, of cells that begin like a word. */
  readonly #seconds = new Uint8Array(0x100);
  readonly #guards: readonly number[];

  /**
   * @param strips whether guards are taken off: cells of workbooks have none
   * @param words that mean nothing, by column
   */
  constructor(strips: boolean, words: readonly (ReadonlySet<string> | null)[], skuColumn: number) {
    this.#strips = strips;
    this.#words = words;
    this.#skuColumn = skuColumn;
    const meant = words.flatMap((set) => [...(set ?? [])]);
    const told = [...nothings].filter((word) => {
      return words.some((set) => set !== null && !set.has(word));
    });
    this.#known = new Set([...meant, ...told]);
    const first = [...this.#known].map((word) => word.charCodeAt(0));
    this.#longestWord = Math.max(0, ...[...this.#known].map(({ length }) => length));
    this.#guards = strips ? [apostropheCode, equalsCode] : [];
    first.push(...this.#guards);
    const blanks = [' ', '\t', '\n', '\r'].map((blank) => blank.charCodeAt(0));
    if (first.length > 0) first.push(...blanks);
    for (const word of this.#known) this.#seconds[word.charCodeAt(1)] = 1;
    this.#seconds.fill(1, 0, 0x21).fill(1, 0x7f);
    for (const code of first) {
      if (code < 128) this.#starts[code] = 1;
      else this.#starts.fill(1, 128);
    }
  }

  /** Whether a cell, in UTF-8, is certain to be what it is; that of others, `of` tells. */
  isBare(bytes: Uint8Array, from: number, to: number): boolean {
    const first = from < to ? bytes[from]! : 0;
    if (first >= 0x80) return this.#starts[0x80] === 0;
    if (from === to || this.#starts[first] === 0) return true;
    if (first <= 0x20 || this.#guards.includes(first) || to - from < 2) return false;
    return this.#seconds[bytes[from + 1]!] === 0 || !this.#isWord(bytes, from, to);
  }

  /** Of a cell that begins like a word, and with no blank. */
  #isWord(bytes: Uint8Array, from: number, to: number): boolean {
    // A sign beyond ASCII at its end may be a blank, or the word's own.
    if (bytes[to - 1]! <= 0x20 || bytes[to - 1]! >= 0x7f) return true;
    if (to - from > this.#longestWord * 3) return false;
    return this.#known.has(
      Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString(),
    );
  }

  /** The row with bare cells; it keeps those that the file has. */
  of(row: Row): Row {
    const { cells } = row;
    const starts = this.#starts;
    let bare: Cell[] | null = null;
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i]!;
      // An empty cell has no such character.
      if (typeof cell !== 'string' || starts[cell.charCodeAt(0)] !== 1) continue;
      const text = this.#bare(cell, i);
      if (text === cell) continue;
      bare ??= [...cells];
      bare[i] = text;
    }
    return bare === null ? row : { ...row, cells: bare, written: cells };
  }

  #bare(cell: string, column: number): string {
    const inner = this.#strips && mayBeGuarded(cell) ? unguarded(cell) : null;
    if (inner !== null && column === this.#skuColumn) this.guardedSkus++;
    const text = inner ?? cell;
    // A long text is no word, unless blanks make it long: most cells need no more than this look.
    if (text.length > this.#longestWord && !isBlankCode(text.charCodeAt(0)) && !endsBlank(text)) {
      return text;
    }
    if (this.#words[column]?.has(text.trim())) return '';
    if (column !== this.#skuColumn && nothings.has(text)) {
      this.nullTexts++;
      this.nullWords.add(text);
    }
    return text;
  }
}

function mayBeGuarded(cell: string): boolean {
  const code = cell.charCodeAt(0);
  return code === apostropheCode || code === equalsCode || isBlankCode(code);
}

function endsBlank(text: string): boolean {
  return isBlankCode(text.charCodeAt(text.length - 1));
}

/** Or one of the signs beyond ASCII that `trim` takes off: seldom, and looked at closely. */
function isBlankCode(code: number): boolean {
  return code <= 0x20 || code === 0xa0 || code >= 0x2000;
}
