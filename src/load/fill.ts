import { isSqlState, lockNotAvailable } from '../db/failure.js';
import { readRows } from '../db/cursor.js';
import type { Session } from '../db/session.js';
import { FailedError } from '../errors.js';
import type { Field, ParsedProduct } from '../product/product.js';
import type { Way } from './job.js';
import type { Step } from '../terminal/progress/progress.js';
import type { LoadRequest } from './request.js';
import type { RowSet } from './sku-index.js';
import { StagingText } from './staging-text.js';

/** An index of products, as the statements that take it away and make it again. */
interface Index {
  drop: string;
  build: string[];
}

/** A row, or the place of one, that gave way to another one of its SKU. */
export interface SettledRow {
  row_number: number;
  of_row: number;
}

/** What all products of a first load have in common. */
interface Common {
  jobId: string;
  /** When they were created, as the database writes it. */
  moment: string;
  newActive: boolean;
}

/** Whether no product is stored. */
export async function isCatalogueEmpty(transaction: Session): Promise<boolean> {
  const { is_empty } = await transaction.one<{ is_empty: boolean }>('load/is_catalogue_empty');
  return is_empty;
}

/** Writes new products as lines of COPY for the catalogue itself. */
class CatalogueText extends StagingText {
  override readonly columns: string;
  private readonly flag: string;
  private readonly end: string;

  constructor(present: readonly Field[], { jobId, moment, newActive }: Common) {
    super(present, false, true);
    this.flag = newActive ? 't' : 'f';
    const flag = present.includes('active') ? [] : ['active'];
    const common = [...flag, 'job_id', 'created_at', 'updated_at'];
    this.columns = ['sku', ...this.others(), ...common].join(', ');
    this.end = [...flag.map(() => this.flag), jobId, moment, moment].join('\t');
  }

  override add(product: ParsedProduct): void {
    this.append(`${this.fields(product)}\t${this.end}`);
  }

  override begin(): void {
    // Nothing stands before the SKU.
  }

  override get ending(): string {
    return `\t${this.end}\n`;
  }

  override column(product: ParsedProduct, field: Field): string {
    const text = super.column(product, field);
    if (text !== '\\N') return text;
    if (field === 'active') return this.flag;
    return field === 'images' || field === 'attributes' ? '{}' : text;
  }
}

/**
 * A first load that copies the rows of the file into the catalogue itself. It holds the empty
 * catalogue from before it reads the file; what is wrong with the rows takes all of them away again.
 */
export class Filling {
  private constructor(
    private readonly transaction: Session,
    private readonly indexes: Index[],
    readonly text: StagingText,
    /** The job whose changes are recorded; null where none are. */
    private readonly recordedJob: string | null,
  ) {}

  /**
   * Null where the catalogue is not empty, or not free at once, or not ours alone; or where rows need
   * to be looked at once more when all are read.
   */
  static async begin(
    transaction: Session,
    present: readonly Field[],
    request: LoadRequest,
    jobId: string | null,
  ): Promise<Filling | null> {
    const { blank, onDuplicate, recordChanges, newActive } = request;
    const isPlain = blank === 'keep' && onDuplicate !== 'error';
    if (!isPlain || jobId === null || !present.includes('name')) return null;
    if (!(await isCatalogueEmpty(transaction))) return null;
    const indexes = await takeIndexes(transaction);
    if (!indexes) return null;
    const { moment } = await transaction.one<{ moment: string }>('load/moment');
    return new Filling(
      transaction,
      indexes,
      new CatalogueText(present, { jobId, moment, newActive }),
      recordChanges ? jobId : null,
    );
  }

  /** Those that only the database can find, by their places; to be asked before `settle`. */
  listSettled(onDuplicate: LoadRequest['onDuplicate']): AsyncIterable<SettledRow> {
    return readRows<SettledRow>(this.transaction, 'load/list_settled_products', [onDuplicate]);
  }

  /**
   * Takes the rows away that another one of their SKU replaced; gives how many they were.
   * @param superseded those that memory found, by their places in the COPY; they stand in the table
   *   of that name as well
   */
  async settle(
    superseded: RowSet,
    hasOtherLetters: boolean,
    onDuplicate: LoadRequest['onDuplicate'],
  ): Promise<number> {
    let replaced = 0;
    if (superseded.size > 0) {
      replaced = await this.transaction.execute('load/drop_replaced');
    }
    if (replaced !== superseded.size) {
      throw new FailedError(
        `Of ${superseded.size} replaced rows ${replaced} were found. Products are unchanged.`,
        'staging_incomplete',
      );
    }
    if (!hasOtherLetters) return replaced;
    return replaced + (await this.transaction.execute('load/settle_products', [onDuplicate]));
  }

  /** @param products how many there are now */
  async finish(products: number, onStep: (step: Step, way: Way) => void): Promise<void> {
    const { transaction, recordedJob } = this;
    onStep('indexing', 'copy');
    await buildIndexes(transaction, this.indexes);
    if (recordedJob === null) return;
    onStep('writing', 'copy');
    await transaction.write('load/record_filled', [recordedJob], products, 'the recorded changes');
  }
}

/**
 * Inserts what is staged into the empty catalogue. Building an index takes half of the time of
 * keeping it up row by row: so where products are free at once, and nothing but ours stands on them,
 * nobody reads them until the transaction ends, and their indexes are built after the rows.
 * @param values of load/insert_all.sql
 */
export async function insertAll(
  transaction: Session,
  values: unknown[],
  onStep: (step: Step, way: Way) => void,
): Promise<{ inserted: number; way: Way }> {
  const indexes = await takeIndexes(transaction);
  const way = indexes ? 'fill' : 'insert';
  onStep('writing', way);
  if (!indexes) {
    const inserted = await transaction.execute('load/insert_in_key_order', values);
    return { inserted, way };
  }
  const inserted = await transaction.execute('load/insert_all', values);
  onStep('indexing', way);
  await buildIndexes(transaction, indexes);
  return { inserted, way };
}

async function buildIndexes(transaction: Session, indexes: Index[]): Promise<void> {
  for (const { build } of indexes) {
    for (const statement of build) await transaction.perform(statement);
  }
}

/** Takes the indexes of the empty catalogue away, under a lock; null where that may not be done. */
async function takeIndexes(transaction: Session): Promise<Index[] | null> {
  if (transaction.isDistributed || !(await listIndexes(transaction))) return null;
  await transaction.perform('savepoint fill');
  try {
    const { locked } = await transaction.one<{ locked: boolean }>('db/try_lock_products');
    if (locked) await transaction.query('load/lock_catalogue');
    const indexes = await listIndexes(transaction);
    if (locked && indexes && (await isCatalogueEmpty(transaction))) {
      for (const { drop } of indexes) await transaction.perform(drop);
      const { is_spared } = await transaction.one<{ is_spared: boolean }>('load/is_wal_spared');
      if (is_spared) await transaction.query('load/renew_products');
      return indexes;
    }
  } catch (error) {
    // Somebody reads or writes them; a first load waits for nobody.
    if (!isSqlState(error, lockNotAvailable)) throw error;
  }
  await transaction.perform('rollback to savepoint fill');
  return null;
}

async function listIndexes(transaction: Session): Promise<Index[] | null> {
  const indexes = await transaction.query<{ drop: string; build: string[] }>('load/list_indexes');
  return indexes.length > 0 ? indexes : null;
}
