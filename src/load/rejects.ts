import type { Session } from '../db/session.js';
import type { Reject, RejectCode } from '../product/reject.js';
import type { LoadRecord } from './record.js';

const batchRows = 1000;

/** Gathers rejects and hands them to the record in batches, so that memory stays flat. */
export class Rejects {
  /** How many rows were rejected, whatever the number of their errors. */
  rows = 0;
  private pending: Reject[] = [];

  constructor(private readonly record: LoadRecord) {}

  /** All errors of one row. */
  add(errors: Reject[]): void {
    this.rows++;
    this.pending.push(...errors);
  }

  /** Writes what has gathered, if it is enough for a batch or `all` is asked for. */
  async flush(all = false): Promise<void> {
    if (this.pending.length === 0 || (!all && this.pending.length < batchRows)) return;
    const batch = this.pending;
    this.pending = [];
    await this.record.addRejects(batch);
  }
}

/** What only the database could find out about a row. */
interface LateReject {
  row_number: number;
  line: number | null;
  column_name: string;
  value: string;
  code: RejectCode;
}

const sentences: Partial<Record<RejectCode, (value: string) => string>> = {
  already_exists: (sku) =>
    `SKU ${sku} is in the catalogue already; UPDATE or UPSERT would change it`,
  not_found: (sku) => `SKU ${sku} is not in the catalogue; ADD or UPSERT would insert it`,
  required: () => 'Missing required field: name',
  owner_conflict: (owner) => `The SKU belongs to another owner: ${owner}`,
  duplicate_in_file: (sku) => `SKU ${sku} comes more than once in the file`,
  action_conflict: (sku) => `SKU ${sku} comes with different actions in the file`,
};

/** Moves the rejects that the database found from the load's transaction to the record beside it. */
export async function moveLateRejects(transaction: Session, rejects: Rejects): Promise<void> {
  let after = 0;
  for (;;) {
    const rows = await transaction.query<LateReject>('load/list_late_rejects', [after, batchRows]);
    for (const row of rows) rejects.add([toReject(row)]);
    await rejects.flush(true);
    if (rows.length < batchRows) return;
    after = rows.at(-1)!.row_number;
  }
}

function toReject(row: LateReject): Reject {
  return {
    rowNumber: row.row_number,
    line: row.line,
    column: row.column_name,
    value: row.value,
    code: row.code,
    error: sentences[row.code]!(row.value),
  };
}
