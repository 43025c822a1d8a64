import type { Row, SourceRow, UnreadableRow } from '../source/source.js';
import { BareCells } from './bare-cells.js';
import { columnsOfImages } from './columns.js';
import { CutRows } from './cut-rows.js';
import { cut, type Reject, type RowSink, detached } from './reject.js';
import { ForeignActions } from './foreign-action.js';
import { Groups } from './groups.js';
import { NoProducts } from './no-product.js';
import { PlainRows } from './plain-rows.js';
import type { ReadingPlan } from './plan.js';
import { type ParseOptions, RejectedRow } from './rejected-row.js';
import { RowReader } from './row-reader.js';
import { isBlank } from './cell.js';
import { holds, type PlannedSkip } from './profile-plan.js';
import { namedSku } from './sku.js';

export type { ParseOptions } from './rejected-row.js';
export type { RowSink } from './reject.js';

export interface Parser {
  /** Knows most rows by their bytes alone; null where each row needs `push`. */
  readonly plainRows: PlainRows | null;
  /** Products come in the order of their rows, though perhaps some rows later. */
  push(row: SourceRow, sink: RowSink): void;
  /** Hands on what is held back; to be called once, after the last row. */
  finish(sink: RowSink): void;
  /** Sentences about what was met on the way, complete after `finish`. */
  warnings(): string[];
  /** Of products, so far. */
  pricesRounded(): number;
  /** SKUs whose guard was taken off, so far. */
  guardedSkus(): number;
}

/** Turns the rows below the header into products and rejects. */
export function createParser(plan: ReadingPlan, options: ParseOptions): Parser {
  const { widths } = options;
  const reader = new RowReader(plan, options);
  const parts: Parts = {
    reader,
    noProducts: new NoProducts(plan.columns),
    bare: new BareCells(options, plan.nullWords, placesOf(plan)),
    groups: plan.fillDown === null ? null : new Groups(plan, plan.fillDown, reader),
    rules: plan.skip.length === 0 ? null : new SkipRules(plan),
  };
  const { noProducts, bare, groups, rules } = parts;
  const { take, grow } = takerOf(plan, parts);
  const cuts = widths?.mayBeCut ? new CutRows(plan, options.decimal, widths) : null;
  return {
    plainRows: PlainRows.of(plan, options, bare, noProducts, cuts),
    push(row, sink) {
      if (plan.keys !== null && plan.grow()) grow();
      if (widths?.isRest(row)) return;
      if (cuts === null) take(row, sink);
      else for (const each of cuts.take(row)) take(each, sink);
    },
    finish(sink) {
      for (const row of cuts?.flush() ?? []) take(row, sink);
      groups?.flush(sink);
    },
    warnings: () => [
      ...noProducts.notes(),
      ...(widths?.warnings() ?? []),
      ...cellWarnings(reader, bare, options),
      ...(groups?.warnings() ?? []),
      ...(rules?.warnings() ?? []),
      ...actionWarnings(reader),
    ],
    pricesRounded: () => reader.pricesRounded,
    guardedSkus: () => bare.guardedSkus,
  };
}

interface Parts {
  reader: RowReader;
  noProducts: NoProducts;
  bare: BareCells;
  groups: Groups | null;
  rules: SkipRules | null;
}

/** What takes a row on its way, and what is to be called where the plan has got more columns. */
function takerOf(plan: ReadingPlan, { reader, noProducts, bare, groups, rules }: Parts) {
  let foreignActions = new ForeignActions(plan.columns);
  const readOn = (row: Row, sink: RowSink) => {
    if (foreignActions.exist) foreignActions.check(row);
    if (rules?.skips(row)) skip(row, groups, sink);
    else if (groups !== null) groups.push(row, sink);
    else handOn(row, reader.read(row), sink);
  };
  return {
    take(row: SourceRow, sink: RowSink) {
      if ('unreadable' in row) sink.reject([unreadableReject(row)], null);
      else if (plan.keys === null && noProducts.has(row)) sink.skipped(row.rowNumber);
      else readOn(bare.of(row), sink);
    },
    grow() {
      reader.findColumns();
      foreignActions = new ForeignActions(plan.columns);
    },
  };
}

function cellWarnings(reader: RowReader, bare: BareCells, options: ParseOptions): string[] {
  const rounding = roundingWarnings(reader, options.roundsPrices);
  return [...imageWarnings(reader), ...rounding, ...nullWarnings(bare), ...formulaWarnings(bare)];
}

function skip(row: Row, groups: Groups | null, sink: RowSink): void {
  groups?.pass(row, sink);
  sink.skipped(row.rowNumber);
}

function placesOf({ columns }: ReadingPlan) {
  const sku = columns.findIndex(({ field }) => field === 'sku');
  return { sku, links: new Set(columnsOfImages(columns).map(({ index }) => index)) };
}

function handOn(row: Row, outcome: ReturnType<RowReader['read']>, sink: RowSink): void {
  if (outcome === null) return;
  if (outcome === 'skip') sink.skipped(row.rowNumber);
  else if (outcome instanceof RejectedRow)
    sink.reject(outcome.rejects, outcome.sku || null, outcome.action);
  else sink.product(outcome);
}

function unreadableReject({ rowNumber, line, unreadable }: UnreadableRow): Reject {
  const { code, value, message } = unreadable;
  const error = resumes.has(code) ? `${message}; reading resumed on the next line` : message;
  return { rowNumber, line, column: null, value: cut(value), code, error };
}

const resumes = new Set<Reject['code']>([
  'quote_unterminated',
  'quote_misplaced',
  'record_too_large',
]);

function imageWarnings({ imagePaths }: RowReader): string[] {
  if (imagePaths === 0) return [];
  const rows = imagePaths === 1 ? 'One row names images' : `${imagePaths} rows name images`;
  return [
    `${rows} by a path instead of an http or https address: they are kept in attributes (--image-root DIR takes them as files of that folder)`,
  ];
}

function actionWarnings({ skippedByWord }: RowReader): string[] {
  return [...skippedByWord].flatMap(([word, rows]) => skippedNote(rows, `the action is ${word}`));
}

function roundingWarnings({ pricesRounded }: RowReader, wasAsked: boolean): string[] {
  if (pricesRounded === 0) return [];
  const prices = pricesRounded === 1 ? 'One price was' : `${pricesRounded} prices were`;
  const why = wasAsked ? '' : ': what a workbook calculates has more';
  return [`${prices} rounded to four decimals${why}`];
}

function nullWarnings({ nullTexts, nullWords }: BareCells): string[] {
  if (nullTexts === 0) return [];
  const cells = nullTexts === 1 ? 'One cell holds' : `${nullTexts} cells hold`;
  const words = [...nullWords];
  const [which, are, them] = words.length === 1 ? ['word', 'is', 'it'] : ['words', 'are', 'them'];
  return [
    `${cells} the ${which} ${words.join(', ')}, which ${are} taken as ${them === 'it' ? 'it is' : 'they are'} ` +
      `(--null '\\N,${words.join(',')}' takes ${them} for blank)`,
  ];
}

function formulaWarnings({ formulas }: BareCells): string[] {
  if (formulas === 0) return [];
  const cells = formulas === 1 ? 'One formula of texts is' : `${formulas} formulas of texts are`;
  return [
    `${cells} taken as the text that a spreadsheet shows for it (--guards keep stores formulas)`,
  ];
}

/** The rows that, as the profile knows, carry no product of their own. */
class SkipRules {
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
function skippedNote(rows: number, say: string): string[] {
  if (rows === 0) return [];
  return [`${rows === 1 ? 'One row is' : `${rows} rows are`} skipped: ${say}`];
}
