import { copyText, copyTextArray, CopyLines } from '../db/copy-text.js';
import type { Action, AttributeValue, Field, ParsedProduct } from '../product/product.js';
import type { Session } from '../db/session.js';
import { isAscii } from './sku-index.js';

const actionLetters: Record<Action, string> = { upsert: 'u', add: 'a', update: 'c', delete: 'd' };
/** Chunks of this many characters: COPY is slower with single rows, and no faster with more. */
const chunkLength = 64 * 1024;

/**
 * Writes products as lines of COPY's text format, for the columns that the file has; the other ones
 * stay null without being sent.
 */
export class StagingText {
  /** The column list of the COPY statement. */
  readonly columns: string;
  readonly lines = new CopyLines();
  private rows = 0;
  /** As JSON: a file has few of them, and each row has all. */
  private readonly attributeNames = new Map<string, string>();

  /**
   * @param keepBlank whether a blank attribute keeps the stored one, and so need not be staged
   * @param front columns before all others, for what `add` and `addNamed` are given
   */
  constructor(
    protected readonly present: readonly Field[],
    private readonly withActions: boolean,
    readonly keepBlank: boolean,
    front: readonly string[] = [],
  ) {
    const action = withActions ? ['action'] : [];
    const absent = keepBlank ? [] : ['absent'];
    const first = [...front, 'row_number', 'line', ...action, 'sku'];
    this.columns = [...first, ...this.others(), ...absent].join(', ');
  }

  /** Whether rows may be written to `lines` past `add`. */
  get takesBytes(): boolean {
    return true;
  }

  /** How many lines were written so far. */
  get written(): number {
    return this.rows;
  }

  /** The fields of the file but for the SKU, in their order. */
  others(): Field[] {
    return this.present.filter((field) => field !== 'sku');
  }

  /** Completes all rows so far, so that they can be taken. */
  complete(): Promise<void> {
    return Promise.resolve();
  }

  /** @param front the columns before all others, each followed by a tab */
  add(product: ParsedProduct, front = ''): void {
    let line = `${front}${product.rowNumber}\t${product.line ?? '\\N'}`;
    if (this.withActions) line += `\t${actionLetters[product.action]}`;
    line += `\t${this.fields(product)}`;
    if (!this.keepBlank) line += `\t${copyTextArray(product.absent)}`;
    this.append(line);
  }

  protected append(line: string): void {
    this.lines.add(`${line}\n`);
    this.rows++;
  }

  /** Writes what stands before the SKU of a row, for whoever writes the rest to `lines` itself. */
  begin({ action }: ParsedProduct, rowNumber: number, line: number | null): void {
    const { lines } = this;
    lines.number(rowNumber);
    lines.word('\t');
    if (line === null) lines.word('\\N');
    else lines.number(line);
    lines.word(this.withActions ? `\t${actionLetters[action]}\t` : '\t');
  }

  /** What stands behind the last field of a row that begin begins. */
  get ending(): string {
    return this.keepBlank ? '\n' : '\t{}\n';
  }

  /** Counts a row that was written to `lines`. */
  count(): void {
    this.rows++;
  }

  /** The columns of the file, the SKU first. */
  protected fields(product: ParsedProduct): string {
    let text = copyText(product.sku);
    for (const field of this.present) {
      if (field !== 'sku') text += `\t${this.column(product, field)}`;
    }
    return text;
  }

  /** A SKU that a rejected row names: no product, but not missing either. */
  addNamed(rowNumber: number, sku: string, front = ''): void {
    const blanks = '\t\\N'.repeat(this.others().length + (this.keepBlank ? 0 : 1));
    this.append(`${front}${rowNumber}\t\\N\tn\t${copyText(sku)}${blanks}`);
  }

  /** A field but for the SKU. */
  column(product: ParsedProduct, field: Field): string {
    switch (field) {
      case 'active':
        return product.active === null ? '\\N' : product.active ? 't' : 'f';
      case 'images':
        return copyTextArray(product.images);
      case 'attributes':
        return copyText(this.attributes(product.attributes));
      case 'sku':
      case 'name':
      case 'description':
      case 'price':
      case 'owner':
        return copyText(product[field]);
    }
  }

  /** The attributes as JSON; a blank one that keeps what is stored is left out. */
  private attributes(attributes: ParsedProduct['attributes']): string | null {
    if (attributes === null) return null;
    let text = '';
    for (const name in attributes) {
      const value = attributes[name]!;
      if (value === null && this.keepBlank) continue;
      text += `${text === '' ? '{' : ','}${this.attributeName(name)}:${jsonText(value)}`;
    }
    return text === '' ? '{}' : `${text}}`;
  }

  private attributeName(name: string): string {
    let json = this.attributeNames.get(name);
    if (json === undefined) this.attributeNames.set(name, (json = JSON.stringify(name)));
    return json;
  }

  /**
   * What was written since the last call, once it is enough for a chunk; all of it at the end. Its
   * bytes are good until a row is added.
   */
  take(atEnd = false): Buffer | null {
    return !atEnd && this.lines.size < chunkLength ? null : this.lines.take();
  }
}

/** Neither quotes, backslashes, controls nor surrogates: nothing that JSON would escape. */
const plain = /^[\x20\x21\x23-\x5b\x5d-\ud7ff\ue000-\uffff]*$/;

/** As `JSON.stringify` gives it, in half the time for the usual text (measured, Node 20). */
function jsonText(value: AttributeValue): string {
  if (typeof value === 'object' && value !== null && 'kind' in value) return value.text;
  return typeof value === 'string' && plain.test(value) ? `"${value}"` : JSON.stringify(value);
}

/** How a distributed database folds letters, and what it is staged for. */
interface Keying {
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

  /** What stands before all else is not known at once. */
  override get takesBytes(): boolean {
    return false;
  }

  override add(product: ParsedProduct): void {
    this.whenKeyed(product.sku, (front) => super.add(product, front));
  }

  override addNamed(rowNumber: number, sku: string): void {
    this.whenKeyed(sku, (front) => super.addNamed(rowNumber, sku, front));
  }

  override async complete(): Promise<void> {
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
