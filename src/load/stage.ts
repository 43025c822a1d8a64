import { randomBytes } from 'node:crypto';
import type { Database } from '../db/database.js';
import type { Session } from '../db/session.js';
import type { Parser } from '../product/parse.js';
import { isEndMark } from '../product/no-product.js';
import type { FieldDefinition } from '../product/field.js';
import type { Action, Field } from '../product/product.js';
import { hidesSku, type Reject } from '../product/reject.js';
import type { SourceRow, Source, Taker } from '../source/source.js';
import { FailedError } from '../errors.js';
import { EncodedRows } from './encoded-rows.js';
import { Filling } from './fill.js';
import { PlainLines } from './plain-lines.js';
import { KeyedText, StagingText } from './staging-text.js';
import { RowNumbers, type Outcomes } from './outcomes.js';
import type { RunRecord } from './record.js';
import type { Rejects } from './rejects.js';
import type { LoadRequest } from './request.js';
import { copyLines, RowSet, isAscii, SkuIndex } from './sku-index.js';

/** What staging needs to know about the file. */
export interface StageInput {
  source: Source;
  /** Whether it is a file on this machine, which comes as fast as it is read. */
  isLocal: boolean;
  parser: Parser;
  present: readonly Field[];
  hasAction: boolean;
  /** Fields of one's own, as the header was understood by them. */
  fields: readonly FieldDefinition[];
  /** Required fields of one's own that the file has no column for. */
  lacking: readonly string[];
  /** Rows before this one are the header and what stands around it. */
  dataRow: number;
  /** How many cells a whole row has. */
  width: number;
}

/** The part of a load that staging needs. */
interface StageRun {
  database: Database;
  input: StageInput;
  request: LoadRequest;
  record: RunRecord;
  signal: AbortSignal;
  rejects: Rejects;
  /** Where what becomes of each row is kept; null where nobody asks. */
  outcomes: Outcomes | null;
  /** Its rows are counted one by one, so that a load that fails can say how far it came. */
  result: { rows: { read: number } };
}

// As a type, so that it can be given as parts of a statement.
type StagingTable = { kind: string; staging: string };

/** What stands in staging once the file has been read. */
export interface Staged {
  /** The table of the rows, as the statements that make it, fill it and drop it call it. */
  table: StagingTable;
  /** Where the rows stand in the catalogue already, and not in staging; else null. */
  filling: Filling | null;
  /** Rows that stand for a product, before duplicates are taken off. */
  products: number;
  /** Rows that the profile takes into another row, such as a further image. */
  skipped: number;
  /** Whether staged rows say what is to be done with them; else all of them add or change. */
  hasActions: boolean;
  /** Rows that another row of their SKU replaced; where staging is left out, by their place. */
  superseded: RowSet;
  /** Rows whose SKU the database must look at: all rows of it are to be rejected. */
  doomed: number[];
  /** Rows of a SKU that a rejected row names with another action: the same is true of them. */
  contradicted: number[];
  /** Whether the database may find duplicates that memory missed. */
  foldsAscii: boolean;
  hasOtherLetters: boolean;
  /** The rows that stand at the places of a first load, where somebody asks. */
  rowAt: RowNumbers | null;
  /** Whether a rejected row's SKU can't be trusted, so that no product can be called missing. */
  unsureOfSkus: boolean;
  /** Where the last record begins if it has fewer cells than a whole one: it may be cut off. */
  shortEndLine: number | null;
}

/**
 * Parses each row as it comes: rejects go to the record, products to staging. One pass, in which
 * memory grows only with the number of distinct SKUs.
 * @param read gives all rows from the top, in batches, but for those that are taken before
 */
export async function stage(
  transaction: Session,
  run: StageRun,
  read: (taker: Taker | null) => AsyncIterable<Iterable<SourceRow>>,
): Promise<Staged> {
  const { folds_ascii, may_create } = await transaction.one<Probed>('load/probe');
  const table = stagingTable(may_create || transaction.isDistributed);
  await transaction.query('load/create_staging', [], table);
  await transaction.query('load/create_superseded');
  await transaction.query('load/create_late_rejects');
  const { record, signal } = run;
  const filling = folds_ascii ? await beginFilling(transaction, run) : null;
  const text = filling?.text ?? stagingText(run, transaction, folds_ascii);
  const stager = new Stager(run, table, text, folds_ascii, filling);
  const { encoding, characters } = await run.database.main();
  if (characters) stager.encoded = new EncodedRows(stager, characters, encoding);
  const { columns } = stager.text;
  const chunks = stager.chunks(read(stager.taker()), record);
  const statement = filling ? 'load/copy_products' : 'load/copy_staging';
  const sent = await transaction.copyIn(statement, { ...table, columns }, chunks, signal);
  if (sent !== stager.text.written) {
    throw new FailedError(
      `${stager.text.written} rows were sent to staging, but ${sent} arrived. Products are unchanged.`,
      'staging_incomplete',
    );
  }
  await transaction.copyIn('load/copy_superseded', {}, copyLines(stager.staged.superseded), signal);
  return stager.staged;
}

interface Probed {
  folds_ascii: boolean;
  may_create: boolean;
}

/** One that several processes of the server can read at once, where this role may make it. */
function stagingTable(isShared: boolean): StagingTable {
  const name = `staging_${randomBytes(6).toString('hex')}`;
  if (!isShared) return { kind: 'temporary', staging: `pg_temp.${name}` };
  return { kind: 'unlogged', staging: `prodimport.${name}` };
}

/** A pipe, or a host, may give its rows for hours: nobody is to wait for that. */
async function beginFilling(
  transaction: Session,
  { input, request, record }: StageRun,
): Promise<Filling | null> {
  if (hasActions(input, request) || !input.isLocal || input.lacking.length > 0) return null;
  return Filling.begin(transaction, input.present, request, record.jobId);
}

/** Whether staged rows may say what they are to do, or that they only name their SKU. */
function hasActions({ hasAction }: StageInput, { action, missing }: LoadRequest): boolean {
  return hasAction || action !== 'upsert' || missing !== 'keep';
}

function stagingText(
  { input, request, database }: StageRun,
  { isDistributed }: Session,
  foldsAscii: boolean,
): StagingText {
  const shape = [input.present, hasActions(input, request), request.blank === 'keep'] as const;
  if (!isDistributed) return new StagingText(...shape);
  const session = () => database.main();
  return new KeyedText({ foldsAscii, withIds: !request.dryRun, session }, ...shape);
}

/** Takes rows one by one and decides what of them is staged. */
class Stager {
  readonly staged: Staged;
  /** Where the database can't hold every character. */
  encoded: EncodedRows | null = null;
  private readonly index: SkuIndex;
  /** By the places of a first load, where these are not the numbers of rows. */
  private readonly rowAt: RowNumbers | null;

  constructor(
    private readonly run: StageRun,
    table: StagingTable,
    readonly text: StagingText,
    foldsAscii: boolean,
    private readonly filling: Filling | null,
  ) {
    this.index = new SkuIndex(foldsAscii);
    this.rowAt = filling && run.outcomes ? new RowNumbers() : null;
    this.staged = {
      table,
      filling,
      products: 0,
      skipped: 0,
      hasActions: hasActions(run.input, run.request),
      superseded: new RowSet(),
      doomed: [],
      contradicted: [],
      foldsAscii,
      hasOtherLetters: false,
      rowAt: this.rowAt,
      unsureOfSkus: false,
      shortEndLine: null,
    };
  }

  /** What takes rows as bytes; null where each must be looked at as text. */
  taker(): Taker | null {
    const { parser, source, dataRow } = this.run.input;
    if (this.encoded !== null) return null;
    const { plainRows } = parser;
    const { outcomes } = this.run;
    return PlainLines.of(plainRows, this.text, source.dialect, dataRow, (row) => {
      const place = this.countProduct(row.rowNumber);
      const { bytes, skuFrom, skuTo } = row;
      const { action } = plainRows!.product;
      this.staged.shortEndLine = null;
      if (outcomes) {
        outcomes.addBytes(row.rowNumber, bytes, skuFrom, skuTo);
        this.rowAt?.set(place, row.rowNumber);
      }
      this.note(place, this.index.addBytes(bytes, skuFrom, skuTo, true, place, action));
    });
  }

  /** The lines for COPY. Whoever takes them sets the pace of reading. */
  async *chunks(
    batches: AsyncIterable<Iterable<SourceRow>>,
    record: RunRecord,
  ): AsyncGenerator<Buffer> {
    const { parser, dataRow } = this.run.input;
    for await (const rows of batches) {
      for (const row of rows) {
        if (row.rowNumber < dataRow) continue;
        this.encoded?.see(row);
        parser.push(row, this.encoded ?? this);
        this.noteEnd(row);
        // An open quote may end in hundreds of thousands of rejects at once.
        if (this.run.rejects.isBatch) await this.run.rejects.flush();
      }
      await this.encoded?.handOn();
      await this.text.complete();
      const chunk = this.text.take();
      if (chunk) yield chunk;
      await this.run.rejects.flush();
      this.report(record);
    }
    parser.finish(this.encoded ?? this);
    await this.encoded?.handOn();
    await this.text.complete();
    const rest = this.text.take(true);
    if (rest) yield rest;
    await this.run.rejects.flush(true);
  }

  /** A record that was cut off can only be the last one, but for lines with nothing on them. */
  private noteEnd(row: SourceRow): void {
    if ('unreadable' in row || row.cells.length >= this.run.input.width) {
      this.staged.shortEndLine = null;
    } else if (row.line !== null && row.cells.some((cell) => cell !== '') && !isEndMark(row)) {
      this.staged.shortEndLine = row.line;
    }
  }

  private report(record: RunRecord): void {
    const { read: rows } = this.run.result.rows;
    const bytesRead = this.run.input.source.bytesRead();
    const rejected = this.run.rejects.rows;
    record.progress({ phase: 'reading', step: null, rows, rejected, bytesRead });
  }

  product(product: Parameters<StagingText['add']>[0]): void {
    const { staged } = this;
    const place = this.countProduct(product.rowNumber);
    this.text.add(product);
    if (!staged.hasOtherLetters && !isAscii(product.sku)) staged.hasOtherLetters = true;
    this.run.outcomes?.add(product.rowNumber, 'staged', product.sku);
    this.rowAt?.set(place, product.rowNumber);
    this.note(place, this.index.add(product.sku, place, product.action));
  }

  /** By what the row goes that duplicates are taken off by: its number, or its place in the COPY. */
  private countProduct(rowNumber: number): number {
    this.run.result.rows.read++;
    const place = ++this.staged.products;
    return this.filling ? place : rowNumber;
  }

  private note(row: number, seen: ReturnType<SkuIndex['add']>): void {
    if (seen.kind === 'new') return;
    const { staged } = this;
    if (seen.row === row) return void staged.contradicted.push(row);
    const { onDuplicate } = this.run.request;
    if (seen.kind === 'conflict' || onDuplicate === 'error') staged.doomed.push(row);
    const [loser, winner] = onDuplicate === 'first' ? [row, seen.row] : [seen.row, row];
    staged.superseded.add(loser);
    this.run.outcomes?.replace(this.numberOf(loser), this.numberOf(winner));
  }

  private numberOf(row: number): number {
    return this.rowAt?.get(row) ?? row;
  }

  reject(errors: Reject[], sku: string | null, action: Action | null = null): void {
    this.run.result.rows.read++;
    this.run.rejects.add(errors);
    this.run.outcomes?.add(errors[0]!.rowNumber, 'rejected', sku ?? '');
    this.run.rejects.refuseHopeless(this.run.result.rows.read);
    const mayConflict = this.run.input.hasAction && sku !== null && action !== null;
    if (!mayConflict && this.run.request.missing === 'keep') return;
    const isUnsure = errors.some(hidesSku);
    if (mayConflict && !isUnsure) {
      const contradicted = this.index.addRejected(sku, action);
      if (contradicted !== null) this.staged.contradicted.push(contradicted);
    }
    if (this.run.request.missing === 'keep') return;
    if (sku !== null) this.text.addNamed(errors[0]!.rowNumber, sku);
    if (isUnsure) this.staged.unsureOfSkus = true;
  }

  skipped(rowNumber: number): void {
    this.run.outcomes?.add(rowNumber, 'skipped', '');
    this.run.result.rows.read++;
    this.staged.skipped++;
  }
}
