import type { Row } from '../source/source.js';
import { isBlank } from './cell.js';
import { detached } from './reject.js';
import type { ReadingPlan } from './plan.js';
import { holds, type PlannedSkip } from './profile-plan.js';
import { namedSku } from './sku.js';

/** The rows that, as the profile knows, carry no product of their own. */
export class SkipRules {
  readonly #rules: readonly PlannedSkip[];
  readonly #sku: number;
  readonly #counts: number[];
  /** The SKUs of earlier rows, where a rule asks for them. */
  readonly #seen: Set<string> | null;

  constructor({ skip, columns }: ReadingPlan) {
    this.#rules = skip;
    this.#sku = columns.findIndex(({ field }) => field === 'sku');
    this.#counts = skip.map(() => 0);
    this.#seen = skip.some(({ again }) => again) ? new Set() : null;
  }

  /** @param row as it stands in the file */
  skips(row: Row): boolean {
    const isAgain = this.#comesAgain(row);
    const place = this.#rules.findIndex(
      ({ when, unless, again }) =>
        (isAgain || !again) && holds(when, row) && !(unless && holds(unless, row)),
    );
    // Blank rows are none at all.
    if (place < 0 || row.cells.every(isBlank)) return false;
    this.#counts[place]!++;
    return true;
  }

  warnings(): string[] {
    return this.#rules.flatMap(({ say }, place) => skippedNote(this.#counts[place]!, say));
  }

  #comesAgain(row: Row): boolean {
    if (this.#seen === null) return false;
    const sku = namedSku(row.cells[this.#sku] ?? '').toLowerCase();
    if (sku === '') return false;
    if (this.#seen.has(sku)) return true;
    this.#seen.add(detached(sku));
    return false;
  }
}

/** @param say why they are skipped */
export function skippedNote(rows: number, say: string): string[] {
  if (rows === 0) return [];
  return [`${rows === 1 ? 'One row is' : `${rows} rows are`} skipped: ${say}`];
}
