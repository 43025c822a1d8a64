import { copyText } from '../db/copy-text.js';
import type { Session } from '../db/session.js';
import type { ParsedProduct } from '../product/product.js';
import { isAscii } from './sku-index.js';
import { StagingText } from './staging-text.js';

/** How a distributed database folds letters, and what it is staged for. */
export interface Keying {
  /** Whether its lower() maps A–Z to a–z. */
  foldsAscii: boolean;
  /** Whether new products get ids; a dry run burns none. */
  withIds: boolean;
  /** A connection that is free while the rows are copied. */
  session: () => Promise<Session>;
}

/**
 * Staging's lines for a distributed database, where COPY must know the shard of each row: they begin
 * with its key, lower(sku). Of ASCII that is known here, for the rest the database is asked.
 */
export class KeyedText extends StagingText {
  /** What waits for its key, with the SKU that it is the key of. */
  private readonly waiting: { sku: string; write: (front: string) => void }[] = [];

  constructor(
    private readonly keying: Keying,
    ...[present, withActions, keepBlank]: ConstructorParameters<typeof StagingText>
  ) {
    super(present, withActions, keepBlank, keying.withIds ? ['sku_key'] : ['sku_key', 'id']);
  }

  override add(product: ParsedProduct): void {
    this.whenKeyed(product.sku, (front) => super.add(product, front));
  }

  override addNamed(rowNumber: number, sku: string): void {
    this.whenKeyed(sku, (front) => super.addNamed(rowNumber, sku, front));
  }

  override async settle(): Promise<void> {
    if (this.waiting.length === 0) return;
    const rows = this.waiting.splice(0);
    const session = await this.keying.session();
    const skus = rows.map(({ sku }) => sku);
    const [found] = await session.query<{ keys: string[] }>('load/fold_skus', [skus]);
    rows.forEach(({ write }, index) => write(this.front(found!.keys[index]!)));
  }

  private whenKeyed(sku: string, write: (front: string) => void): void {
    if (this.keying.foldsAscii && isAscii(sku)) write(this.front(sku.toLowerCase()));
    else this.waiting.push({ sku, write });
  }

  private front(key: string): string {
    return `${copyText(key)}\t${this.keying.withIds ? '' : '\\N\t'}`;
  }
}
