import { UsageError } from '../errors.js';
import {
  absentCell,
  type Cell,
  headRowLimit,
  type SourceOptions,
  type SourceRow,
  type UnreadableRow,
} from './source.js';
import type { TextSource } from './text.js';

/** What is looked at to learn where the products stand, and which keys they have. */
export const sampleBytes = 1024 * 1024;

/** So many products are looked at to learn whether they hold variants. */
export const maxLooked = 50;

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

  /**
   * @param name how messages call the file
   * @param variants null where each product is a row by itself
   */
  constructor(
    private readonly name: string,
    private readonly variants: Variants | null = null,
  ) {}

  /**
   * The rows of a product: one, or one for each of its variants.
   * @param next the places of these rows, one after the other
   */
  rows(next: () => RowPlace, members: [string, Cell][], written: () => string): SourceRow[] {
    const each = this.variants?.of(members) ?? [members];
    return each.map((one) => this.row(next(), one, written));
  }

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

type Members = [string, Cell][];
type FieldOf = NonNullable<SourceOptions['fieldOf']>;

/** What a variant has from the product that holds it. */
const common = new Set<string | null>(['name', 'description', 'images']);

/**
 * The list within each product that holds what is sold: its objects have the SKU that the product
 * lacks, as in Shopify's and Medusa's JSON.
 */
export class Variants {
  private constructor(
    readonly key: string,
    private readonly fieldOf: FieldOf,
  ) {}

  get note(): string {
    return `Each object in "${this.key}" is a product: its name, texts and images are those of the product that holds it`;
  }

  /** @param products the first ones; null where one of them has a SKU itself, or no list has one */
  static among(products: Iterable<Members>, fieldOf: FieldOf): Variants | null {
    const isSku = ([key]: [string, Cell]) => fieldOf(key) === 'sku';
    let found: string | null = null;
    for (const members of products) {
      if (members.some(isSku)) return null;
      found ??= members.find(([, cell]) => objectsIn(cell)?.[0]?.some(isSku))?.[0] ?? null;
    }
    return found === null ? null : new Variants(found, fieldOf);
  }

  /**
   * The members of each variant, with those of the product; null where it has none. Name, texts and
   * images are the product's; of all else that both have, the variant's is taken where it is a
   * field, and has its own name beside the product's where it is none.
   */
  of(members: Members): Members[] | null {
    const cell = members.find(([key]) => key === this.key)?.[1];
    if (cell === undefined || typeof cell === 'string' || cell.kind !== 'json') return null;
    // In XML a list of one is no list.
    const alone = cell.members();
    const variants = alone === null ? objectsIn(cell) : [alone];
    if (variants === null || variants.length === 0) return null;
    const outer = members.filter(([key]) => key !== this.key);
    const keys = new Set(outer.map(([key]) => key));
    const fields = new Set(outer.map(([key]) => this.fieldOf(key)));
    return variants.map((variant) => {
      const own = variant.map(([key, value]): [string, Cell] => {
        const field = this.fieldOf(key);
        const isOuter = common.has(field) ? fields.has(field) : field === null && keys.has(key);
        return [isOuter ? `${this.key}.${key}` : key, value];
      });
      const taken = new Set(own.map(([key]) => key));
      return [
        ...outer.map(([key, value]): [string, Cell] => [
          taken.has(key) ? `product.${key}` : key,
          value,
        ]),
        ...own,
      ];
    });
  }
}

/** The members of each object in a list; null where it is none, or holds something else. */
function objectsIn(cell: Cell): Members[] | null {
  const elements = typeof cell === 'string' || cell.kind !== 'json' ? null : cell.elements();
  const objects = elements?.map((element) => {
    return typeof element === 'string' || element.kind !== 'json' ? null : element.members();
  });
  return objects?.every((members) => members !== null) ? objects : null;
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
