import type { z as Z } from 'zod';
import {
  formatOfEnding,
  isFileError,
  unwritable,
  writeFile,
  type OutputFile,
} from '../output/file.js';
import { divider, Spool } from './spool.js';
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
type OutcomeFormat = (typeof outcomeFormats)[keyof typeof outcomeFormats];

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

const duplicate = outcomes.indexOf('duplicate');

const chunkBits = 16;
const chunkRows = 1 << chunkBits;
const pieceLength = 64 * 1024;

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
  private readonly lines: (typeof formats)[OutcomeFormat];
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
    const line = this.lines.begin(row, sku);
    if (row > this.lastRow) {
      this.lastRow = row;
      this.inOrder.add(line);
    } else this.behind.add(line);
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
    this.markAll(verdicts.insert_rows, 'inserted');
    this.markAll(verdicts.update_rows, 'updated');
    this.markAll(verdicts.delete_rows, 'deleted');
    this.markAll(verdicts.skip_rows, 'skipped');
  }

  private markAll(rows: Buffer | null, outcome: Outcome): void {
    for (let at = 0; rows && at < rows.length; at += 4) this.mark(rows.readInt32BE(at), outcome);
  }

  private set(row: number, state: number): void {
    const chunk = (this.states[row >>> chunkBits] ??= new Uint8Array(chunkRows));
    chunk[row & (chunkRows - 1)] = state;
  }

  /**
   * Writes the file, to its part or to the pipe that it is.
   * @param staged what became of rows that the merge says nothing of; null where nothing was
   *   committed, and only rejects are written
   * @returns why it could not be written
   */
  async write(staged: 'inserted' | 'unchanged' | null): Promise<UsageError | null> {
    this.isWritten = true;
    try {
      this.settle();
      await writeFile(this.file.partPath, this.texts(staged));
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

  private async *texts(staged: 'inserted' | 'unchanged' | null): AsyncGenerator<string> {
    const { header, end, ends } = this.lines;
    const endOf = outcomes.map((state) => {
      if (state === 'staged') return staged && ends[staged];
      return staged || state === 'rejected' ? ends[state] : null;
    });
    let text = header;
    const first = await this.inOrder.read(this.lines.rowAt);
    const second = await this.behind.read(this.lines.rowAt);
    while (first.line !== null || second.line !== null) {
      const next = first.row < second.row ? first : second;
      const state = this.states[next.row >>> chunkBits]![next.row & (chunkRows - 1)]!;
      const by = state === duplicate && staged ? this.replacedBy.get(next.row) : 0;
      const rest = by > 0 ? end('duplicate', by) : endOf[state];
      if (rest) text += next.line! + rest;
      if (!next.advance()) await next.refill();
      if (text.length < pieceLength) continue;
      yield text;
      text = '';
    }
    if (text !== '') yield text;
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
  /** Where the number of the row begins. */
  rowAt: 0,
  begin: (row: number, sku: string) =>
    /[",\r\n\0]|^\s|\s$/.test(sku)
      ? `${row},"${sku.replaceAll(divider, '').replaceAll('"', '""')}"`
      : `${row},${sku}`,
  end: (outcome: string, ofRow: number | null) => `,${outcome},${ofRow ?? ''}\n`,
};

const ndjson = {
  header: '',
  rowAt: '{"rowNumber":'.length,
  begin: (row: number, sku: string) => `{"rowNumber":${row},"sku":${JSON.stringify(sku)}`,
  end: (outcome: string, ofRow: number | null) => `,"outcome":"${outcome}","ofRow":${ofRow}}\n`,
};

/** A line is begun when its row is read, and ended when it is known what became of it. */
const formats = { csv: withEnds(csv), ndjson: withEnds(ndjson) };

/** Nearly all lines end in one of a few ways. */
function withEnds<Format extends typeof csv>(format: Format) {
  const ends = outcomes.map((outcome) => [outcome, format.end(outcome, null)]);
  return { ...format, ends: Object.fromEntries(ends) as Record<string, string> };
}

/** One row of the file that `--outcomes` names. */
export const outcomeSchema = (z: typeof Z) =>
  z.object({
    rowNumber: z.int().positive().describe('The row that a spreadsheet shows; the header is 1'),
    sku: z.string().describe("As the file spells it; '' where it can't be read"),
    outcome: z.enum(outcomes.slice(2) as [Outcome, ...Outcome[]]),
    ofRow: z.int().positive().nullable().describe('Of a duplicate: the row that was taken'),
  });
