import type { z as Z } from 'zod';
import {
  formatOfEnding,
  isFileError,
  unwritable,
  writeFile,
  type OutputFile,
} from '../output/file.js';
import { CopyLines } from '../db/copy-text.js';
import { Spool, type SpoolReader } from './spool.js';
import type { UsageError } from '../errors.js';

/** What a row came to; at 0 stands no row, at 1 one that the merge has still to decide on. */
const outcomes = [
  'none',
  'staged',
  'rejected',
  'skipped',
  'duplicate',
  'inserted',
  'updated',
  'unchanged',
  'deleted',
] as const;
type Outcome = Exclude<(typeof outcomes)[number], 'none' | 'staged'>;

/** How the file is written, by its ending. */
export const outcomeFormats = { csv: 'csv', ndjson: 'ndjson', jsonl: 'ndjson' } as const;

/**
 * The row numbers that the merge gives for each verdict, as integers of four bytes: a fifth of the
 * time of rows, and a tenth of their memory. Null where nobody asked, or none came to it.
 */
export interface VerdictRows {
  insert_rows: Buffer | null;
  update_rows: Buffer | null;
  delete_rows: Buffer | null;
  skip_rows: Buffer | null;
}

const quote = '"'.charCodeAt(0);
const staged = outcomes.indexOf('staged');
const duplicate = outcomes.indexOf('duplicate');

const chunkBits = 16;
const chunkRows = 1 << chunkBits;
const pieceLength = 64 * 1024;
/** At most so many bytes of a line are no SKU. */
const besides = 128;

/** A number for each row of a file, in chunks that are made when one of their rows is set. */
export class RowNumbers {
  private readonly chunks: (Uint32Array | undefined)[] = [];

  get(row: number): number {
    return this.chunks[row >>> chunkBits]?.[row & (chunkRows - 1)] ?? 0;
  }

  set(row: number, value: number): void {
    const chunk = (this.chunks[row >>> chunkBits] ??= new Uint32Array(chunkRows));
    chunk[row & (chunkRows - 1)] = value;
  }

  /** The rows that were set, the last first. */
  *backwards(): Generator<number> {
    for (let at = this.chunks.length - 1; at >= 0; at--) {
      const chunk = this.chunks[at];
      if (!chunk) continue;
      for (let i = chunkRows - 1; i >= 0; i--) if (chunk[i]) yield at * chunkRows + i;
    }
  }
}

/**
 * What becomes of each row, for `--outcomes`. Numbers and SKUs wait in a file without a name; memory
 * holds a byte for each row, and the place of each replaced one.
 */
export class Outcomes {
  private readonly states: (Uint8Array | undefined)[] = [];
  private readonly replacedBy = new RowNumbers();
  private readonly lines: typeof csv;
  private readonly inOrder = new Spool();
  /** Products that a profile held back come behind rows that stand below them. */
  private readonly behind = new Spool();
  private lastRow = 0;
  isWritten = false;

  /**
   * @param path as it was asked for
   * @throws UsageError for an ending that says no format
   */
  constructor(
    private readonly path: string,
    private readonly file: OutputFile,
  ) {
    this.lines = formats[formatOfEnding('--outcomes', path, outcomeFormats)];
  }

  /** @param sku '' where it can't be read */
  add(row: number, state: 'staged' | 'rejected' | 'skipped', sku: string): void {
    this.set(row, outcomes.indexOf(state));
    this.spoolFor(row).add(row, Buffer.from(this.lines.sku(sku)));
  }

  /** The same of a staged row, whose SKU is in printable ASCII without a blank at its ends. */
  addBytes(row: number, bytes: Buffer, from: number, to: number): void {
    const { special } = this.lines;
    for (let at = from; at < to; at++) {
      if (bytes[at] !== quote && bytes[at] !== special) continue;
      return this.add(row, 'staged', bytes.toString('latin1', from, to));
    }
    this.set(row, staged);
    this.spoolFor(row).add(row, bytes, from, to);
  }

  private spoolFor(row: number): Spool {
    if (row <= this.lastRow) return this.behind;
    this.lastRow = row;
    return this.inOrder;
  }

  mark(row: number, outcome: Outcome): void {
    this.set(row, outcomes.indexOf(outcome));
  }

  /** One row of a SKU gives way to another one, which may itself have given way or do so later. */
  replace(row: number, by: number): void {
    this.mark(row, 'duplicate');
    this.replacedBy.set(row, this.replacedBy.get(by) || by);
  }

  /** Notes what the merge says, which is given no verdict for what it left as it is. */
  note(verdicts: VerdictRows): void {
    const mark = (rows: Buffer | null, outcome: Outcome) => {
      for (let at = 0; rows && at < rows.length; at += 4) this.mark(rows.readInt32BE(at), outcome);
    };
    mark(verdicts.insert_rows, 'inserted');
    mark(verdicts.update_rows, 'updated');
    mark(verdicts.delete_rows, 'deleted');
    mark(verdicts.skip_rows, 'skipped');
  }

  private set(row: number, state: number): void {
    const chunk = (this.states[row >>> chunkBits] ??= new Uint8Array(chunkRows));
    chunk[row & (chunkRows - 1)] = state;
  }

  /**
   * Writes the file, to its part or to the pipe that it is.
   * @param merged what became of rows that the merge says nothing of; null where nothing was
   *   committed, and only rejects are written
   * @returns why it could not be written
   */
  async write(merged: 'inserted' | 'unchanged' | null): Promise<UsageError | null> {
    this.isWritten = true;
    try {
      this.settle();
      await writeFile(this.file.partPath, this.pieces(merged));
      this.file.finish();
      return null;
    } catch (error) {
      if (isFileError(error)) return unwritable(`--outcomes ${this.path}`, error);
      throw error;
    }
  }

  /** Leads from each replaced row to the one that stands, past those that gave way after it. */
  private settle(): void {
    for (const row of this.replacedBy.backwards()) {
      const by = this.replacedBy.get(row);
      if (by > row) this.replacedBy.set(row, this.replacedBy.get(by) || by);
    }
  }

  private async *pieces(merged: 'inserted' | 'unchanged' | null): AsyncGenerator<Buffer> {
    const lines = new CopyLines();
    lines.add(this.lines.header);
    // None for a row that is not told of.
    const ends = outcomes.map((state) => {
      if (state === 'none' || (merged === null && state !== 'rejected')) return null;
      return this.lines.end(state === 'staged' ? merged! : state, null);
    });
    const first = this.inOrder.read();
    const second = this.behind.read();
    const nearest = () => (first.row < second.row ? first : second);
    for (let next = nearest(); next.row < Infinity; next = nearest()) {
      this.writeLine(lines, next, ends);
      next.advance();
      if (lines.size >= pieceLength) yield Buffer.from(lines.take()!);
    }
    if (lines.size > 0) yield lines.take()!;
  }

  private writeLine(
    lines: CopyLines,
    { row, bytes, from, to }: SpoolReader,
    ends: readonly (string | null)[],
  ): void {
    const state = this.states[row >>> chunkBits]![row & (chunkRows - 1)]!;
    const end = ends[state];
    if (!end) return;
    const by = state === duplicate ? this.replacedBy.get(row) : 0;
    lines.reserve(to - from, besides);
    lines.word(this.lines.before);
    lines.number(row);
    lines.word(this.lines.between);
    lines.copy(bytes, from, to);
    lines.word(by > 0 ? this.lines.end('duplicate', by) : end);
  }

  /** Takes away what was not finished. Safe to call more than once. */
  discard(): void {
    this.inOrder.close();
    this.behind.close();
    this.file.discard();
  }
}

const csv = {
  header: 'rowNumber,sku,outcome,ofRow\n',
  /** What stands before the number of the row, and before the SKU. */
  before: '',
  between: ',',
  /** The SKU as it is written. */
  sku: (sku: string) =>
    /[",\r\n\0]|^\s|\s$/.test(sku) ? `"${sku.replaceAll('\0', '').replaceAll('"', '""')}"` : sku,
  /** The byte that, like a quote, keeps a SKU from being written as it is. */
  special: ','.charCodeAt(0),
  end: (outcome: string, ofRow: number | null) => `,${outcome},${ofRow ?? ''}\n`,
};

const ndjson: typeof csv = {
  header: '',
  before: '{"rowNumber":',
  between: ',"sku":"',
  sku: (sku) => JSON.stringify(sku).slice(1, -1),
  special: '\\'.charCodeAt(0),
  end: (outcome, ofRow) => `","outcome":"${outcome}","ofRow":${ofRow}}\n`,
};

const formats = { csv, ndjson };

/** One row of the file that `--outcomes` names. */
export const outcomeSchema = (z: typeof Z) =>
  z.object({
    rowNumber: z.int().positive().describe('The row that a spreadsheet shows; the header is 1'),
    sku: z.string().describe("As the file spells it; '' where it can't be read"),
    outcome: z.enum(outcomes.slice(2) as [Outcome, ...Outcome[]]),
    ofRow: z.int().positive().nullable().describe('Of a duplicate: the row that was taken'),
  });
