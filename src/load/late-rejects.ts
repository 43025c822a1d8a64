import { readRows } from '../db/cursor.js';
import type { Session } from '../db/session.js';
import type { Field } from '../product/product.js';
import type { Reject, RejectCode } from '../product/reject.js';
import type { Rejects } from './rejects.js';
import type { LoadRequest } from './request.js';

/** What of a file decides whether its rows can fail for more than what stands in them. */
interface Input {
  present: readonly Field[];
  hasAction: boolean;
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
export function mayCatalogueReject({ present, hasAction }: Input, request: LoadRequest): boolean {
  return (
    hasAction ||
    request.action !== 'upsert' ||
    request.onExisting === 'error' ||
    !present.includes('name') ||
    present.includes('owner')
  );
}

/** Moves the rejects that the database found from the load's transaction to the record beside it. */
export async function moveLateRejects(transaction: Session, rejects: Rejects): Promise<void> {
  for await (const row of readRows<LateReject>(transaction, 'load/list_late_rejects')) {
    rejects.add([toReject(row)]);
    await rejects.flush();
  }
  await rejects.flush(true);
}

const sentences: Partial<Record<RejectCode, (value: string, row: LateReject) => string>> = {
  already_exists: (sku) =>
    `SKU ${sku} is in the catalogue already; UPDATE or UPSERT would change it`,
  not_found: (sku) => `SKU ${sku} is not in the catalogue; ADD or UPSERT would insert it`,
  required: () => 'Missing required field: name',
  owner_conflict: (owner, { sku, stored_owner }) =>
    `SKU ${sku} belongs to owner ${stored_owner}, not to ${owner}: take the row out, or give the product to ${owner} first (prodimport product update --owner)`,
  duplicate_in_file: (sku) => `SKU ${sku} comes more than once in the file`,
  action_conflict: (_action, { sku }) => `SKU ${sku} comes with different actions in the file`,
};

function toReject(row: LateReject): Reject {
  const { row_number, line, column_name, value, code } = row;
  const error = sentences[code]!(value, row);
  return { rowNumber: row_number, line, column: column_name, value, code, error };
}
