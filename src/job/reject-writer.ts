import type { Session } from '../db/session.js';
import type { Reject } from '../product/reject.js';

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
    const values = [
      this.jobId,
      rejects.map((reject) => reject.rowNumber),
      ordinals,
      rejects.map((reject) => reject.line),
      rejects.map((reject) => reject.column),
      rejects.map((reject) => storable(reject.value)),
      rejects.map((reject) => reject.code),
      rejects.map((reject) => storable(reject.error)),
      rejects.map(({ cells }) => (cells ? cellsText(cells) : null)),
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
    rows.map(({ cells }) => cellsText(cells)),
  ];
  await session.write('job/add_cells', values, rows.length, `the cells of job ${jobId}'s rejects`);
}

function cellsText(cells: string[]): string {
  return JSON.stringify(cells.map(storable));
}

/** PostgreSQL's text can't hold NUL. */
export function storable(text: string): string {
  return text.replaceAll('\0', '\u2400');
}
