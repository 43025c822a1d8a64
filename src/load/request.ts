import type { Action } from '../product/product.js';

/** A limit in rows or in percent of the rows read. */
export interface Limit {
  value: number;
  percent: boolean;
}

/** The policies of one load, as the user chose them. */
export interface LoadRequest {
  action: Action;
  onExisting: 'update' | 'skip' | 'error';
  onDuplicate: 'last' | 'first' | 'error';
  blank: 'keep' | 'clear';
  /** The flag of new products that name none. */
  newActive: boolean;
  owner: string | null;
  missing: 'keep' | 'deactivate' | 'delete';
  missingLimit: Limit;
  maxRejects: Limit | null;
  dryRun: boolean;
  recordChanges: boolean;
  /** How long to wait for the merge of another load; 0 not at all. */
  waitMs: number;
}

/** Whether `count` of `total` is above the limit. */
export function exceeds(limit: Limit, count: number, total: number): boolean {
  return limit.percent ? count * 100 > limit.value * total : count > limit.value;
}

/**
 * Reads `10` or `2.5%`.
 * @throws Error saying what it takes, for the option's own message
 */
export function parseLimit(text: string): Limit {
  const match = /^(\d+)$|^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim());
  if (!match) throw new Error('It takes a number of rows, such as 10, or a share, such as 2%.');
  if (Number(match[2]) > 100) throw new Error('A share is at most 100%.');
  return match[1] !== undefined
    ? { value: Number(match[1]), percent: false }
    : { value: Number(match[2]), percent: true };
}
