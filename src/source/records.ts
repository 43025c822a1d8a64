import type { Dialect, UnreadableRow } from './source.js';
import { excerpt, Draft, type Piece } from './piece.js';
import { readIrregularRecord } from './csv.js';
import { Marks, RegularRecord } from './regular.js';
import { find, Scan } from './scan.js';

/** A record longer than this is a reject; so is a quote that isn't closed within it. */
const recordLimitBytes = 1024 * 1024;

interface SplitOptions {
  dialect: Omit<Dialect, 'encoding'>;
  /** The physical line of the first byte: 2 after a `sep=` line. */
  firstLine: number;
  /** Whether the text is known to have quotes that nobody meant as such. */
  isDoubtful?: boolean;
  /** Records are handed on when about so many bytes have come. */
  pieceBytes?: number;
}

/**
 * Cuts UTF-8 text into records. Line ends are LF, CRLF or CR, mixed at will, and mean nothing
 * inside quotes. A quote opens at the start of a cell only (blanks before it allowed), and closes
 * before a delimiter or line end (blanks allowed). Elsewhere in a cell it is text. Where other text
 * follows a closing quote nobody knows how many cells were meant: the record's first line is
 * rejected, and reading resumes on the next.
 *
 * Not csv-parse, since it can't go on after an unclosed quote.
 */
export class RecordSplitter {
  #dialect: SplitOptions['dialect'];
  #marks: Marks;
  #regular: RegularRecord | null;
  #pieceBytes: number;
  /** What came and is not split yet stands at its beginning. */
  #bytes: Buffer = Buffer.alloc(0);
  #waitingBytes = 0;
  #wantedBytes: number;
  #skipping = false;
  #row = 1;
  #line: number;
  #draft = new Draft();
  /** The quote of the last record that was rejected for it, from the waiting bytes on. */
  #misplacedAt = -1;
  /** The line of the first quote that the end of the text left open; null if there is none. */
  openQuoteLine: number | null = null;
  /** Records with a quote inside an unquoted cell, and the line of the first one. */
  textQuotes = 0;
  textQuoteLine = 0;
  /** Whether the text has had quotes that nobody meant as such. */
  isDoubtful: boolean;

  constructor(options: SplitOptions) {
    this.#dialect = options.dialect;
    this.#marks = new Marks(options.dialect);
    this.#regular = RegularRecord.of(this.#marks, recordLimitBytes);
    this.isDoubtful = options.isDoubtful ?? false;
    this.#pieceBytes = options.pieceBytes ?? 256 * 1024;
    this.#wantedBytes = this.#pieceBytes;
    this.#line = options.firstLine;
  }

  /** Takes the next bytes; gives pieces when there are enough for one. To be read to its end. */
  *push(chunk: Buffer): Generator<Piece, void> {
    this.#append(chunk);
    if (this.#waitingBytes >= this.#wantedBytes) yield* this.#split(false);
  }

  #append(chunk: Buffer): void {
    const wanted = this.#waitingBytes + chunk.length;
    if (wanted > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(wanted, Math.ceil(this.#bytes.length * 1.5)));
      this.#bytes.copy(larger, 0, 0, this.#waitingBytes);
      this.#bytes = larger;
    }
    chunk.copy(this.#bytes, this.#waitingBytes);
    this.#waitingBytes = wanted;
  }

  /**
   * What is left when the text has ended.
   * @param cut the text stops where it should not: its last record can't be trusted to be whole
   */
  end(cut = false): Generator<Piece, void> {
    return this.#split(!cut);
  }

  /** Very short records are many in few bytes: so they come in several pieces. */
  *#split(last: boolean): Generator<Piece, void> {
    const text = this.#bytes.subarray(0, this.#waitingBytes);
    const scan = new Scan(text, this.#marks, recordLimitBytes, last, this.#regular);
    let consumed = 0;
    for (let isFull = true; isFull;) {
      this.#draft.begin(consumed, this.#row);
      consumed = this.#records(scan, text, consumed, last);
      isFull = this.#draft.isFull;
      const piece = this.#draft.take(text, consumed);
      if (piece) yield piece;
    }
    this.#misplacedAt -= consumed;
    this.#bytes.copyWithin(0, consumed, text.length);
    this.#waitingBytes = text.length - consumed;
    // Doubling keeps a long record from being read from its start again with every chunk.
    this.#wantedBytes = Math.max(this.#pieceBytes, this.#waitingBytes * 2);
  }

  /** Notes the records that are whole, up to a full draft; gives the position where the rest begins. */
  #records(scan: Scan, text: Buffer, from: number, last: boolean): number {
    let start = this.#skipping ? this.#skipLine(scan, text, from) : from;
    if (this.#skipping) return start;
    while (start < text.length && !this.#draft.isFull) {
      // Where files were joined, a later one begins with its byte order mark.
      if (text[start] === 0xef && start + 3 > text.length && !last) return start;
      if (hasMark(text, start)) start += 3;
      const found = scan.record(start);
      if (found === find.more) return start;
      if (found === find.tooLong) {
        this.#reject(tooLarge, text.subarray(start));
        this.#line += scan.innerLines;
        start = this.#skipLine(scan, text, scan.unsearched);
        if (this.#skipping) return start;
        continue;
      }
      this.#note(scan, start, found);
      this.#line += scan.innerLines + 1;
      start = scan.next;
    }
    return start;
  }

  #note(scan: Scan, start: number, found: number): void {
    if (scan.end - start > recordLimitBytes) return this.#reject(tooLarge, scan.within(start));
    if (found === find.misplaced) return this.#misplaced(scan, scan.within(start));
    if (found === find.openQuote) {
      const opened = this.#line + scan.innerLines;
      if (scan.cutOff) this.openQuoteLine ??= opened;
      return this.#reject(unterminated(opened), scan.within(start));
    }
    if (scan.hasTextQuote) {
      if (this.textQuotes++ === 0) this.textQuoteLine = this.#line;
      this.isDoubtful = true;
    }
    if (scan.innerLines > 0 && this.#mayFallApart(scan, start)) {
      if (this.#fallsApart(scan.within(start))) return this.#rejectLines(scan, start);
    }
    this.#draft.add(start, scan.end, this.#line, scan.shape, scan.regular);
    this.#row++;
  }

  #rejectLines(scan: Scan, start: number): void {
    const last = this.#line + scan.innerLines;
    scan.endFirstLine();
    this.#reject(severalRows(this.#line, last), scan.within(start));
  }

  /** Texts hold commas and line ends, but begin and end with a comma where each quote was a cell. */
  #mayFallApart(scan: Scan, start: number): boolean {
    if (this.isDoubtful) return true;
    if (scan.regular !== null && !scan.regular.hasMarkAtQuote) return false;
    const record = scan.within(start);
    const { delimiter, quote } = this.#dialect;
    const alone = `${delimiter}${quote}${delimiter}`;
    const first = record.indexOf(alone);
    return first >= 0 && record.includes(alone, first + alone.length - 1);
  }

  /** Whether each line of a record has as many cells as the whole, its quotes being text. */
  #fallsApart(record: Buffer): boolean {
    const text = record.toString();
    const lines = text.split(this.#dialect.rowEnd ?? /\r\n|\n|\r/);
    const width = lines[0]!.split(this.#dialect.delimiter).length;
    if (width < 2 || !lines.every((line) => line.split(this.#dialect.delimiter).length === width)) {
      return false;
    }
    return readIrregularRecord(text, this.#dialect).length === width;
  }

  /** What comes to the same quote again, a line further on, is a part of the same reject. */
  #misplaced(scan: Scan, bytes: Buffer): void {
    const isSame = scan.misplacedAt === this.#misplacedAt;
    this.#misplacedAt = scan.misplacedAt;
    this.isDoubtful = true;
    const opened = this.#line + scan.openLines;
    const problem = misplaced(opened, this.#line + scan.misplacedLines);
    this.#reject(isSame ? { ...problem, isRest: true } : problem, bytes);
  }

  #reject(problem: Problem, bytes: Buffer): void {
    this.#draft.addUnreadable({
      rowNumber: this.#row,
      line: this.#line,
      unreadable: {
        ...problem,
        value: problem === tooLarge ? excerpt(bytes) : excerpt(bytes, Infinity),
      },
    });
    this.#row++;
  }

  /** Leaves out everything up to the next line end, which may be in a later chunk. */
  #skipLine(scan: Scan, text: Buffer, from: number): number {
    const end = scan.lineEnd(from);
    const next = end === text.length ? -1 : scan.after(end);
    this.#skipping = next < 0;
    if (this.#skipping) return end;
    this.#line++;
    return next;
  }
}

type Problem = Omit<UnreadableRow['unreadable'], 'value'>;

const tooLarge: Problem = {
  code: 'record_too_large',
  message: 'The record is longer than 1 MB',
};

function unterminated(line: number): Problem {
  const message = `A quote opens on line ${line} and never closes`;
  return { code: 'quote_unterminated', message };
}

const wayOut = String.raw`see --escape '\' and --quote none`;

function misplaced(opened: number, line: number): Problem {
  const message =
    opened === line
      ? `Text stands after a closing quote on line ${line}: a quote inside of quotes is written twice (${wayOut})`
      : `A quote opens on line ${opened} and does not close before line ${line}, where text follows the next one (${wayOut})`;
  return { code: 'quote_misplaced', message };
}

function severalRows(first: number, last: number): Problem {
  const message = `A quote opens on line ${first} and closes on line ${last}, but each line has all cells of a row without it (${wayOut})`;
  return { code: 'quote_misplaced', message };
}

function hasMark(text: Buffer, at: number): boolean {
  return text[at] === 0xef && text[at + 1] === 0xbb && text[at + 2] === 0xbf;
}
