import type { Reject } from '../product/reject.js';
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
