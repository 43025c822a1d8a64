import type { Reject, RejectGroup } from '../product/reject.js';
import { countOf } from '../terminal/figures.js';

const maxFirstRows = 5;
const maxExamples = 3;

/** Collects rejects one by one, in memory that grows only with the number of groups. */
export class RejectGroups {
  readonly #groups = new Map<string, { group: RejectGroup; lastRow: number }>();

  add(reject: Reject): void {
    const key = `${reject.code}\n${reject.column ?? ''}`;
    const open = this.#groups.get(key) ?? this.#open(key, reject);
    const { group } = open;
    if (open.lastRow !== reject.rowNumber) {
      open.lastRow = reject.rowNumber;
      group.rows += 1;
      if (group.firstRows.length < maxFirstRows) group.firstRows.push(reject.rowNumber);
    }
    addExample(group, reject);
  }

  /** The commonest first. */
  list(): RejectGroup[] {
    const groups = [...this.#groups.values()].map(({ group }) => group);
    return groups.sort((a, b) => b.rows - a.rows || (a.firstRows[0] ?? 0) - (b.firstRows[0] ?? 0));
  }

  #open(key: string, { code, column }: Reject) {
    const group: RejectGroup = { code, column, rows: 0, firstRows: [], examples: [] };
    const open = { group, lastRow: 0 };
    this.#groups.set(key, open);
    return open;
  }
}

export function groupRejects(rejects: Iterable<Reject>): RejectGroup[] {
  const groups = new RejectGroups();
  for (const reject of rejects) groups.add(reject);
  return groups.list();
}

/** As {@link groupRejects}, for rejects that come from a database. */
export async function groupAllRejects(
  rejects: AsyncIterable<Reject> | Iterable<Reject>,
): Promise<RejectGroup[]> {
  const groups = new RejectGroups();
  for await (const reject of rejects) groups.add(reject);
  return groups.list();
}

/** `required name`, or the code alone where it is about the whole row. */
export function groupName({ code, column }: RejectGroup): string {
  return column === null ? code : `${code} ${column}`;
}

/** `14 rows (4, 9, 12, 15, 18, …)` */
export function groupRows({ rows, firstRows }: RejectGroup): string {
  const more = rows > firstRows.length ? ', …' : '';
  return `${countOf(rows, 'row')} (${firstRows.join(', ')}${more})`;
}

function addExample(group: RejectGroup, { rowNumber, value, error }: Reject): void {
  if (group.examples.length >= maxExamples) return;
  if (group.examples.some((example) => example.value === value)) return;
  group.examples.push({ rowNumber, value, error });
}
