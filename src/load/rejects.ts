import { UsageError } from '../errors.js';
import type { Reject, RejectCode } from '../product/reject.js';
import { showCount } from '../terminal/figures.js';
import { asciiJson } from '../db/characters.js';
import type { Session } from '../db/session.js';
import { readRows } from '../db/cursor.js';
import type { Field } from '../product/product.js';
import type { Outcomes } from './outcomes.js';
import type { LoadRequest } from './request.js';

const batchRows = 1000;
/** Where so many rows are all rejects, no other one will do better. */
const hopelessRows = 100_000;
/** How many reasons a message names. */
const reasonsNamed = 3;

/** Why rows were rejected, by the first error of each. */
export class Reasons {
  /** How often each came, with its first sentence. */
  private readonly found = new Map<string, { rows: number; first: Reject }>();

  add(first: Reject): void {
    const reason = this.found.get(`${first.code} ${first.column}`);
    if (reason) reason.rows++;
    else this.found.set(`${first.code} ${first.column}`, { rows: 1, first });
  }

  /** The commonest ones, as a sentence lists them. */
  listed(): string {
    const reasons = this.commonest().map(({ rows, first }) => {
      const { code, column, rowNumber, error } = first;
      const what = column === null ? code : `${code} of ${column}`;
      const where = rows === 1 ? 'one row' : `${showCount(rows)} rows`;
      return `${what} in ${where} (row ${rowNumber}: ${error})`;
    });
    return reasons.slice(0, reasonsNamed).join('; ');
  }

  /** The option that helps where the file as a whole is read in the wrong way; null for none. */
  way(): string | null {
    return this.commonest().flatMap(({ first }) => wayOf(first) ?? [])[0] ?? null;
  }

  private commonest() {
    return [...this.found.values()].sort((a, b) => b.rows - a.rows);
  }
}

/** Gathers rejects and writes them in batches, so that memory stays flat. */
export class Rejects {
  /** How many rows were rejected, whatever the number of their errors. */
  rows = 0;
  private pending: Reject[] = [];
  /** Kept only as long as a message may name them. */
  private readonly reasons = new Reasons();

  constructor(private readonly writer: RejectWriter) {}

  /** All errors of one row. */
  add(errors: Reject[]): void {
    this.rows++;
    this.pending.push(...errors);
    if (this.rows <= hopelessRows) this.reasons.add(errors[0]!);
  }

  /** Whether enough has gathered to be written. */
  get isBatch(): boolean {
    return this.pending.length >= batchRows;
  }

  /**
   * @param read rows so far, rejected or not
   * @throws UsageError where all of very many rows were rejected
   */
  refuseHopeless(read: number): void {
    if (read !== hopelessRows || this.rows < read) return;
    const way = this.reasons.way() ?? 'prodimport inspect shows what was understood of the file';
    throw new UsageError(
      `All of the first ${showCount(read)} rows were rejected: ${this.reasons.listed()}. Products are unchanged: ${way}.`,
      'all_rows_rejected',
    );
  }

  /** Writes what has gathered, if it is enough for a batch or `all` is asked for. */
  async flush(all = false): Promise<void> {
    if (this.pending.length === 0 || (!all && !this.isBatch)) return;
    const batch = this.pending;
    this.pending = [];
    await this.writer.add(batch);
  }
}

const quotes = 'see --quote and --escape, or --delimiter, for how the file is to be read';
const mangled = '--allow-mangled takes SKUs that Excel seems to have changed';

/** What helps where it is the file as a whole that is read in the wrong way. */
const asText = `--map 'its header=attributes' keeps such a column as text`;

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
  gtin_invalid: asText,
  number_invalid: asText,
  date_invalid: asText,
  choice_invalid: asText,
  excel_scientific: mangled,
  excel_date: mangled,
  excel_precision: mangled,
  not_found: '--action upsert inserts unknown SKUs',
};

/** Only prices are rounded: a field of one's own that is out of its range can be kept as text. */
function wayOf({ code, column }: Reject): string | undefined {
  return code === 'out_of_range' && column !== 'price' ? asText : wayFor[code];
}

const firstCountAt = 5000;

/** Writes the rejects of a run, in as few statements as there are batches. */
export class RejectWriter {
  private written = 0;
  private countAt = firstCountAt;

  /** @param jobId null for a dry run, which is no job */
  constructor(
    private readonly session: Session,
    private readonly jobId: string | null,
  ) {}

  async add(rejects: Reject[]): Promise<void> {
    const ordinals: number[] = [];
    for (const [i, { rowNumber }] of rejects.entries()) {
      ordinals.push(rejects[i - 1]?.rowNumber === rowNumber ? ordinals[i - 1]! + 1 : 1);
    }
    const { characters } = this.session;
    await characters?.learn(rejects.flatMap(({ column, value, error }) => [column, value, error]));
    const asStored = (text: string) => characters?.storable(storable(text)) ?? storable(text);
    const values = [
      this.jobId,
      rejects.map((reject) => reject.rowNumber),
      ordinals,
      rejects.map((reject) => reject.line),
      rejects.map(({ column }) => column && asStored(column)),
      rejects.map((reject) => asStored(reject.value)),
      rejects.map((reject) => reject.code),
      rejects.map((reject) => asStored(reject.error)),
      rejects.map(({ cells }) => (cells ? cellsText(this.session, cells) : null)),
    ];
    await this.session.write('job/add_rejects', values, rejects.length, 'the rejects of the run');
    await this.count(rejects.length);
  }

  /**
   * Has the table looked through when there are many: a planner that takes a job for having few
   * rejects sorts all of them for each page that is read.
   */
  private async count(added: number): Promise<void> {
    this.written += added;
    if (this.written < this.countAt) return;
    this.countAt = this.written * 10;
    await this.session.query('job/analyze_rejects');
  }
}

/** Keeps the cells of rows that were rejected without them, as only the database saw what is wrong. */
export async function addCells(
  session: Session,
  jobId: string,
  rows: { rowNumber: number; cells: string[] }[],
): Promise<void> {
  const values = [
    jobId,
    rows.map(({ rowNumber }) => rowNumber),
    rows.map(({ cells }) => cellsText(session, cells)),
  ];
  await session.write('job/add_cells', values, rows.length, `the cells of job ${jobId}'s rejects`);
}

/** Cells as JSON that the database keeps as it is: where it lacks letters, they stand there by number. */
export function cellsText({ characters }: Session, cells: string[]): string {
  const texts = cells.map(storable);
  return characters ? asciiJson(texts) : JSON.stringify(texts);
}

/** PostgreSQL's text can't hold NUL. */
function storable(text: string): string {
  return text.replaceAll('\0', '\u2400');
}

/** What of a file decides whether its rows can fail for more than what stands in them. */
interface Input {
  present: readonly Field[];
  hasAction: boolean;
  /** Required fields of one's own that it has no column for. */
  lacking: readonly string[];
}

/** What only the database could find out about a row. */
interface LateReject {
  row_number: number;
  line: number | null;
  column_name: string;
  value: string;
  code: RejectCode;
  sku: string;
  /** Where the catalogue holds the product, and it has one. */
  stored_owner: string | null;
}

/** Whether rows may be rejected once they are staged, when nobody has their cells any more. */
export function mayRejectLate(input: Input, request: LoadRequest): boolean {
  return request.onDuplicate === 'error' || mayCatalogueReject(input, request);
}

/** Whether the catalogue may reject a row; where it can't, the merge spares itself a join. */
export function mayCatalogueReject(
  { present, hasAction, lacking }: Input,
  request: LoadRequest,
): boolean {
  return (
    hasAction ||
    request.action !== 'upsert' ||
    request.onExisting === 'error' ||
    !present.includes('name') ||
    lacking.length > 0 ||
    present.includes('owner')
  );
}

/** Moves the rejects that the database found from the load's transaction to the record beside it. */
export async function moveLateRejects(
  transaction: Session,
  rejects: Rejects,
  outcomes: Outcomes | null,
): Promise<void> {
  for await (const row of readRows<LateReject>(transaction, 'load/list_late_rejects')) {
    rejects.add([toReject(row)]);
    outcomes?.mark(row.row_number, 'rejected');
    await rejects.flush();
  }
  await rejects.flush(true);
}

const sentences: Partial<Record<RejectCode, (value: string, row: LateReject) => string>> = {
  already_exists: (sku) =>
    `SKU ${sku} is in the catalogue already; UPDATE or UPSERT would change it`,
  not_found: (sku) => `SKU ${sku} is not in the catalogue; ADD or UPSERT would insert it`,
  required: (_value, { column_name }) => `Missing required field: ${column_name}`,
  owner_conflict: (owner, { sku, stored_owner }) =>
    stored_owner === null
      ? `SKU ${sku} belongs to another owner, whose products row security hides from this user: take the row out`
      : `SKU ${sku} belongs to owner ${stored_owner}, not to ${owner}: take the row out, or give the product to ${owner} first (prodimport product update --owner)`,
  duplicate_in_file: (sku) => `SKU ${sku} comes more than once in the file`,
  action_conflict: (_action, { sku }) => `SKU ${sku} comes with different actions in the file`,
};

function toReject(row: LateReject): Reject {
  const { row_number, line, column_name, value, code } = row;
  const error = sentences[code]!(value, row);
  return { rowNumber: row_number, line, column: column_name, value, code, error };
}
