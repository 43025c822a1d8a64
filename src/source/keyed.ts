import { UsageError } from '../errors.js';
import {
  absentCell,
  type Cell,
  headRowLimit,
  type SourceRow,
  type UnreadableRow,
} from './source.js';
import type { TextSource } from './text.js';

/** What is looked at to learn where the products stand, and which keys they have. */
export const sampleBytes = 1024 * 1024;

/** Different keys of one file, above which each row would cost as much as a page. */
const maxKeys = 4096;

/** Where a product stands in the file. */
export interface RowPlace {
  rowNumber: number;
  line: number | null;
}

/** Products that bring their own headers, as rows under the headers that all of them have. */
export class KeyedRows {
  readonly keys: string[] = [];
  readonly #places = new Map<string, number>();

  /** @param name how messages call the file */
  constructor(private readonly name: string) {}

  /**
   * The row of a product; one that has a key twice can't be read.
   * @param written what stands there, for whoever has to correct it
   * @throws UsageError where the file has too many different keys
   */
  row(place: RowPlace, members: Iterable<[string, Cell]>, written: () => string): SourceRow {
    const cells: Cell[] = [];
    for (const [key, cell] of members) {
      const at = this.#place(key);
      if (cells[at] !== undefined && cells[at] !== absentCell) {
        const message = `The key ${JSON.stringify(key.slice(0, 60))} comes twice`;
        return unreadable(place, 'column_count', written(), message);
      }
      while (cells.length < at) cells.push(absentCell);
      cells[at] = cell;
    }
    return { ...place, cells };
  }

  #place(key: string): number {
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    if (this.keys.length === maxKeys) {
      throw new UsageError(
        `${this.name}: its products have more than ${maxKeys} different keys. Put what differs from product to product into one list or object.`,
        'too_many_keys',
      );
    }
    this.#places.set(key, this.keys.length);
    this.keys.push(key);
    return this.keys.length - 1;
  }
}

/** What a file of such products has in common, whatever its format. */
type Ahead = Pick<
  TextSource,
  | 'delimiter'
  | 'dialect'
  | 'isSeenWhole'
  | 'head'
  | 'sample'
  | 'rows'
  | 'openQuoteLine'
  | 'warnings'
>;

/**
 * Reads the products of the first MB, to learn their keys; the rest is read as it is asked for.
 * @param read how much has been read so far
 */
export async function readAhead(
  batches: AsyncGenerator<SourceRow[]>,
  read: () => number,
): Promise<Ahead> {
  const first: SourceRow[][] = [];
  let isSeenWhole = false;
  while (!isSeenWhole && read() < sampleBytes) {
    const next = await batches.next();
    if (next.done) isSeenWhole = true;
    else first.push(next.value);
  }
  const sample = first.flat();
  return {
    ...{ delimiter: null, dialect: null, isSeenWhole, sample },
    head: sample.slice(0, headRowLimit),
    rows: async function* () {
      yield* first.splice(0);
      yield* batches;
    },
    openQuoteLine: () => null,
    warnings: () => [],
  };
}

export function unreadable(
  place: RowPlace,
  code: UnreadableRow['unreadable']['code'],
  value: string,
  message: string,
): UnreadableRow {
  return { ...place, unreadable: { code, value, message } };
}
