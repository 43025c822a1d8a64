import type { Cell, Row } from '../source/source.js';
import { readFormula, errorTexts, isErrorText } from './formula.js';
import { isInQuotes } from './sku.js';

const formula = /^="([^"]*(?:""[^"]*)*)"$/su;
const apostrophe = /^'[\d=+@-]/;

/**
 * What a spreadsheet's guard protects in a cell of a text file: `="00123"` as a whole, another
 * formula that only joins or hands on texts, or one apostrophe before a digit or a sign that begins
 * a formula. Null where there is no guard.
 */
export function unguarded(cell: string, isLink = false): string | null {
  const text = cell.trim();
  if (apostrophe.test(text)) return text.slice(1);
  const inner = formula.exec(text)?.[1];
  if (inner !== undefined) return inner.replaceAll('""', '"');
  return readFormula(text, isLink ? 'address' : 'shown') ?? null;
}

/** The text so that it comes back as it is where guards are taken off. */
export function guarded(text: string): string {
  const isAsItIs = unguarded(text) === null && !isNoValue(text) && !text.trim().startsWith('=');
  return isAsItIs ? text : `="${text.replaceAll('"', '""')}"`;
}

/** Whether the cell is `="…"` or has an apostrophe, which nobody needs to be told of. */
function isUsualGuard(cell: string): boolean {
  const text = cell.trim();
  return apostrophe.test(text) || formula.test(text);
}

/** Whether a text without a guard is a formula, or an error that a spreadsheet shows. */
export function isNoValue(cell: string): boolean {
  return isErrorText(cell.trim()) || readFormula(cell) === null;
}

/** What databases and programs export for nothing, too, but which may be a word. */
const nothings: ReadonlySet<string> = new Set(
  'NULL null (NULL) (null) [NULL] [null] <null> NaN nan None undefined'.split(' '),
);
const apostropheCode = 0x27;
const equalsCode = 0x3d;

const hashCode = 0x23;

/** What the file's cells may be. */
interface CellKind {
  /** Whether all are text, in which an error or a formula looks like any other. */
  isText: boolean;
  /** Whether guards are taken off: cells of workbooks have none. */
  stripsGuards: boolean;
}

/** Where columns stand that need another look. */
interface Places {
  sku: number;
  /** Columns of addresses, where that of a link is wanted instead of its text. */
  links: ReadonlySet<number>;
}

/** Takes off the cells of a row what says only how to read them, before anything is made of them. */
export class BareCells {
  /** SKUs that came in a guard. */
  guardedSkus = 0;
  /** Formulas of texts alone that were worked out, so far. */
  formulas = 0;
  /** Cells of such a word that are taken for text, so far, and which words these are. */
  nullTexts = 0;
  readonly nullWords = new Set<string>();
  readonly #kind: CellKind;
  readonly #words: readonly (ReadonlySet<string> | null)[];
  readonly #places: Places;
  /** The first characters of cells that need a look: all others are what they are. */
  readonly #starts = new Uint8Array(0x10000);
  readonly #longestWord: number;
  /** Every word of any column, and those that are told. */
  readonly #known: ReadonlySet<string>;
  /** The second characters, by their ASCII codes, of cells that begin like a word. */
  readonly #seconds = new Uint8Array(0x100);
  readonly #guards: readonly number[];

  /**
   * @param words that mean nothing, by column
   */
  constructor(kind: CellKind, words: readonly (ReadonlySet<string> | null)[], places: Places) {
    this.#kind = kind;
    this.#words = words;
    this.#places = places;
    const meant = words.flatMap((set) => [...(set ?? [])]);
    const told = [...nothings].filter((word) => {
      return words.some((set) => set !== null && !set.has(word));
    });
    this.#known = new Set([...meant, ...told, ...(kind.isText ? errorTexts : [])]);
    const first = [...this.#known].map((word) => word.charCodeAt(0));
    this.#longestWord = Math.max(0, ...[...this.#known].map(({ length }) => length));
    this.#guards = kind.stripsGuards ? [apostropheCode, equalsCode] : [];
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

  #bare(cell: string, column: number): Cell {
    const isSku = column === this.#places.sku;
    const inner = this.#unguarded(cell, column);
    if (inner !== null && isSku) this.guardedSkus++;
    const text = inner ?? cell;
    const isLong = text.length > this.#longestWord && text.charCodeAt(0) !== hashCode;
    const isGuard = this.#guards.includes(text.charCodeAt(0));
    // A long text is no word, unless blanks make it long: most cells need no more than this look.
    if (isLong && !isGuard && !isBlankCode(text.charCodeAt(0)) && !endsBlank(text)) return text;
    if (this.#words[column]?.has(text.trim())) return '';
    if (inner === null && this.#isNoValue(text, isSku)) {
      return { kind: 'error', text, ofText: true };
    }
    if (!isSku && nothings.has(text)) {
      this.nullTexts++;
      this.nullWords.add(text);
    }
    return text;
  }

  #unguarded(cell: string, column: number): string | null {
    if (!this.#kind.stripsGuards || !mayBeGuarded(cell)) return null;
    // Two of them are quotes: nobody knows what such a SKU is, so it is rejected.
    if (column === this.#places.sku && isInQuotes(cell.trim())) return null;
    const inner = unguarded(cell, this.#places.links.has(column));
    if (inner !== null && !isUsualGuard(cell)) this.formulas++;
    return inner;
  }

  /** No SKU begins like a formula; what looks damaged otherwise is for those who read the SKU. */
  #isNoValue(text: string, isSku: boolean): boolean {
    const { isText, stripsGuards } = this.#kind;
    if (!isText) return false;
    const trimmed = text.trim();
    if (!trimmed.startsWith('=')) return !isSku && isErrorText(trimmed);
    return stripsGuards && (isSku || readFormula(trimmed) === null);
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
