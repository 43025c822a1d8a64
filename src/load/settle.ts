import { hiddenOnCluster } from '../db/failure.js';
import { readRows } from '../db/cursor.js';
import type { Session } from '../db/session.js';
import type { SettledRow } from './fill.js';
import type { Outcomes } from './outcomes.js';
import type { LoadRequest } from './request.js';
import type { Staged } from './stage.js';

interface SettleInput {
  staged: Staged;
  request: LoadRequest;
  /** Where what becomes of each row is kept; null where nobody asks. */
  outcomes: Outcomes | null;
}

/** How many staged rows are left out of the merge. */
export interface Settled {
  duplicates: number;
  rejected: number;
}

/** Settles the duplicates that memory could not, and counts what is left out of the merge. */
export async function settleDuplicates(
  transaction: Session,
  { staged, request, outcomes }: SettleInput,
): Promise<Settled> {
  const { doomed, contradicted, foldsAscii, hasOtherLetters, filling, superseded } = staged;
  const isDoubtful = hasOtherLetters || !foldsAscii;
  if (filling) {
    const { onDuplicate } = request;
    if (isDoubtful) await noteSettled(outcomes, filling.listSettled(onDuplicate), staged);
    return {
      duplicates: await filling.settle(superseded, hasOtherLetters, onDuplicate),
      rejected: 0,
    };
  }
  if (doomed.length > 0 || contradicted.length > 0 || isDoubtful) {
    const values = [request.onDuplicate, !foldsAscii, doomed, contradicted];
    await transaction.query('load/settle', values);
  }
  const { hides_products: hides } = await transaction.one<{ hides_products: boolean }>(
    'load/hides_products',
  );
  if (hides && transaction.isDistributed) throw hiddenOnCluster();
  if (hides) await transaction.query('load/reject_hidden');
  await transaction.query('load/reject_superseded', [], staged.table);
  if (isDoubtful) {
    const settled = readRows<SettledRow>(transaction, 'load/list_settled', [!foldsAscii]);
    await noteSettled(outcomes, settled, staged);
  }
  return transaction.one('load/count_superseded');
}

async function noteSettled(
  outcomes: Outcomes | null,
  settled: AsyncIterable<SettledRow>,
  { rowAt }: Staged,
): Promise<void> {
  if (!outcomes) return;
  const numberOf = (row: number) => rowAt?.get(row) ?? row;
  for await (const { row_number, of_row } of settled) {
    outcomes.replace(numberOf(row_number), numberOf(of_row));
  }
}
