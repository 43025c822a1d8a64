import { UsageError } from '../errors.js';
import type { Reject, RejectCode } from '../product/reject.js';
import { showCount } from '../terminal/figures.js';
import type { LoadRecord } from './record.js';

const batchRows = 1000;
/** Where so many rows are all rejects, no other one will do better. */
const hopelessRows = 100_000;
/** So many reasons are told. */
const reasonsNamed = 3;

/** Gathers rejects and hands them to the record in batches, so that memory stays flat. */
export class Rejects {
  /** How many rows were rejected, whatever the number of their errors. */
  rows = 0;
  private pending: Reject[] = [];
  /** How often each reason came, with its first sentence; as long as it may have to be told. */
  private reasons = new Map<string, { rows: number; first: Reject }>();

  constructor(private readonly record: LoadRecord) {}

  /** All errors of one row. */
  add(errors: Reject[]): void {
    this.rows++;
    this.pending.push(...errors);
    if (this.rows <= hopelessRows) this.noteReason(errors[0]!);
  }

  private noteReason(first: Reject): void {
    const reason = this.reasons.get(`${first.code} ${first.column}`);
    if (reason) reason.rows++;
    else this.reasons.set(`${first.code} ${first.column}`, { rows: 1, first });
  }

  /**
   * @param read rows so far, rejected or not
   * @throws UsageError where all of very many rows were rejected
   */
  refuseHopeless(read: number): void {
    if (read !== hopelessRows || this.rows < read) return;
    const commonest = [...this.reasons.values()].sort((a, b) => b.rows - a.rows);
    const told = commonest.slice(0, reasonsNamed).map(({ rows, first }) => {
      const { code, column, rowNumber, error } = first;
      const what = column === null ? code : `${code} of ${column}`;
      return `${what} in ${showCount(rows)} rows (row ${rowNumber}: ${error})`;
    });
    const ways = commonest.flatMap(({ first }) => wayFor[first.code] ?? []);
    const way = ways[0] ?? 'see prodimport inspect for what was understood of the file';
    throw new UsageError(
      `All of the first ${showCount(read)} rows were rejected: ${told.join('; ')}. Products are unchanged: ${way}.`,
      'all_rows_rejected',
    );
  }

  /** Writes what has gathered, if it is enough for a batch or `all` is asked for. */
  async flush(all = false): Promise<void> {
    if (this.pending.length === 0 || (!all && this.pending.length < batchRows)) return;
    const batch = this.pending;
    this.pending = [];
    await this.record.addRejects(batch);
  }
}

const quotes = 'see --quote and --escape, or --delimiter, for how the file is to be read';
const mangled = '--allow-mangled takes SKUs that Excel seems to have changed';

/** What helps where it is the file as a whole that is read in the wrong way. */
const wayFor: Partial<Record<RejectCode, string>> = {
  required:
    '--map says which column is the SKU, and which the name; --header-row where they are named',
  column_count:
    'see --delimiter, --quote and --header-row, or --ragged accept, for rows of another width',
  quote_misplaced: quotes,
  quote_unterminated: quotes,
  record_too_large: quotes,
  price_ambiguous: '--decimal . or --decimal , says what separates decimals',
  price_invalid: '--map says which column is the price, --null which words stand for none',
  out_of_range: '--round-prices rounds prices to four decimals',
  boolean_invalid: '--map says which column is the flag',
  action_invalid: '--map says which column is the action',
  invalid_encoding: '--encoding names the encoding of the file',
  excel_scientific: mangled,
  excel_date: mangled,
  excel_precision: mangled,
  not_found: '--action upsert inserts unknown SKUs',
};
