import { UsageError } from '../errors.js';
import type { Cell, Row } from '../source/source.js';
import type { ColumnTarget } from './aliases.js';
import { namedAttribute, ownColumns } from './attributes.js';
import { guessOptions } from './advice.js';
import { guessFields, isBlankAll } from './guess.js';
import { type Match, matchHeader, type PlannedColumn } from './header.js';
import { headerKey, shownHeader } from './header-text.js';
import { type Mapping, listed, locateMappings, mapOption } from './map-option.js';
import type { Field } from './product.js';
import type { Profile } from './profile.js';
import { rivalNotes, settle } from './rivals.js';

interface ColumnOptions {
  mappings: readonly Mapping[];
  profile: Profile | null;
  extra: 'keep' | 'ignore' | 'error';
  /** The first rows below the header. */
  rows: readonly Row[];
  /** Whether the file is JSON, in which some keys are the catalogue's own. */
  isJson?: boolean;
  /** Names another row that may be the header; blank where there is none. */
  otherRow: string;
}

/** @throws UsageError see `planReading` */
export function assignColumns(
  headers: readonly string[],
  options: ColumnOptions,
): { columns: PlannedColumn[]; notes: string[] } {
  const matches = matchColumns(headers, options);
  refuseTwice(headers, matches, options.otherRow);
  const winners = settle(matches);
  const named = new Set(headers);
  const columns = headers.map((header, index) =>
    planColumn(index, {
      header: header === '' ? unnamedName(named, index) : header,
      isUnnamed: header === '',
      match: matches[index] ?? null,
      isWinner: winners.has(index),
      keep: options.extra === 'keep',
    }),
  );
  if (options.isJson) ignoreOwnKeys(columns);
  const extra = extraHeaders(columns, matches).filter(
    (header) => !isOwnKey(header, columns, options),
  );
  const isUndecided = matches.some((match) => match?.target === 'price') && !has(columns, 'price');
  const cells = options.rows.map((row) => row.cells);
  const guesses = guessFields(columns, cells, isUndecided ? ['price'] : []);
  const meant = guessOptions(guesses, columns);
  if (options.extra === 'error' && extra.length > 0) throw unknownColumns(extra, meant);
  const notes = [
    ...rivalNotes(headers, matches, winners),
    ...extraNotes(extra, options.extra),
    ...blankSkuNotes(columns, cells),
    ...(has(columns, 'name') ? [] : [noNameNote]),
    ...(has(columns, 'price') || isUndecided ? [] : [noPriceNote]),
    ...(meant === '' ? [] : [`Perhaps meant: ${meant}`]),
  ];
  return { columns, notes };
}

function has(columns: readonly PlannedColumn[], field: Field): boolean {
  return columns.some((column) => column.field === field);
}

/** Every row would fail, and another column may have what this one lacks. */
function blankSkuNotes(
  columns: readonly PlannedColumn[],
  rows: readonly (readonly Cell[])[],
): string[] {
  const sku = columns.find(({ field }) => field === 'sku');
  if (sku === undefined || !isBlankAll(sku, rows)) return [];
  return [`The column "${shownHeader(sku.header)}" is blank in the first ${rows.length} rows`];
}

const noNameNote =
  'There is no column for the name: stored products are updated, unknown SKUs are rejected';
const noPriceNote = 'There is no column for the price: prices stay as they are';

function matchColumns(headers: readonly string[], options: ColumnOptions): (Match | null)[] {
  const mapped = locateMappings(options.mappings, headers);
  const taken = new Set<ColumnTarget>(mapped.values());
  return headers.map((header, index) => {
    const target = mapped.get(index);
    if (target !== undefined) return { target, rank: -1, variant: null };
    if (ownColumns.includes(header)) return null;
    if (namedAttribute(header) !== null) return { target: 'attributes', rank: 0, variant: null };
    if (header === '' && options.profile === null) return null;
    // A profile may name columns without header by their number, as --map does.
    const match = matchHeader(header === '' ? String(index + 1) : header, options.profile);
    // What --map gives a field is said by the user; no need to tell of the others.
    return match !== null && taken.has(match.target) ? null : match;
  });
}

/** Two headers are the same when they read alike, or are two spellings of one field's header. */
function refuseTwice(
  headers: readonly string[],
  matches: readonly (Match | null)[],
  otherRow: string,
): void {
  const seen = new Map<string, number>();
  headers.forEach((header, index) => {
    if (header === '') return;
    const match = matches[index] ?? null;
    const isField = match !== null && match.rank >= 0 && match.target !== 'attributes';
    const key = isField ? `field ${headerKey(header)}` : `header ${header}`;
    const first = seen.get(key) ?? seen.get(`header ${header}`);
    seen.set(key, index).set(`header ${header}`, index);
    if (first === undefined) return;
    throw new UsageError(
      `The header "${shownHeader(header)}" comes twice, in columns ${first + 1} and ${index + 1}: ` +
        `rename or remove one of them${otherRow}`,
      'header_twice',
    );
  });
}

/** What the catalogue itself adds to a product that it exports. */
const ownKeys = ['createdAt', 'updatedAt', 'compressedImages'];

function ignoreOwnKeys(columns: PlannedColumn[]): void {
  const isJson = true;
  columns.forEach((column, at) => {
    if (!isOwnKey(column.header, columns, { isJson }) || (column.match?.rank ?? 0) < 0) return;
    columns[at] = { ...column, field: null, attributeKey: null };
  });
}

function isOwnKey(
  header: string,
  columns: readonly PlannedColumn[],
  { isJson }: Pick<ColumnOptions, 'isJson'>,
): boolean {
  if (!isJson) return false;
  if (header === 'id') return columns.some((column) => column.header === 'sku');
  return ownKeys.includes(header);
}

/**
 * Adds columns that come later than the plan, one for each header: of a field if none fills it yet,
 * else of an attribute.
 */
export function addColumns(
  columns: PlannedColumn[],
  headers: readonly string[],
  { profile, extra, isJson }: Pick<ColumnOptions, 'profile' | 'extra' | 'isJson'>,
): void {
  for (const header of headers) {
    const index = columns.length;
    const isNamed = namedAttribute(header) !== null;
    const match: Match | null = isNamed
      ? { target: 'attributes', rank: 0, variant: null }
      : matchHeader(header, profile);
    const isFilled = columns.some(({ field, isAction }) => {
      return match?.target === 'action' ? isAction : field === match?.target;
    });
    const isWinner = isNamed || !isFilled || match?.target === 'images';
    const isUnnamed = header === '';
    const name = isUnnamed ? unnamedName(new Set(columns.map((one) => one.header)), index) : header;
    const keep = extra === 'keep';
    columns.push(planColumn(index, { header: name, isUnnamed, match, isWinner, keep }));
  }
  if (isJson) ignoreOwnKeys(columns);
  const unknown = columns.slice(-headers.length).filter(({ field, isAction, header }) => {
    return field === null && !isAction && !isOwnKey(header, columns, { isJson });
  });
  const names = unknown.map(({ header }) => header).filter((name) => !ownColumns.includes(name));
  if (extra === 'error' && names.length > 0) throw unknownColumns(names, '');
}

interface ColumnChoice {
  header: string;
  isUnnamed: boolean;
  match: Match | null;
  isWinner: boolean;
  keep: boolean;
}

function planColumn(
  index: number,
  { header, isUnnamed, match, isWinner, keep }: ColumnChoice,
): PlannedColumn {
  const { target, rank } = (isWinner ? match : null) ?? { target: null, rank: 0 };
  const column = {
    ...{ index, header, isUnnamed, rank, match },
    ...{ field: null, attributeKey: null, isAction: false },
  };
  if (target === 'action') return { ...column, isAction: true };
  if (target === 'images') return { ...column, field: target, attributeKey: keep ? header : null };
  if (target === 'attributes') {
    return { ...column, field: target, attributeKey: namedAttribute(header) ?? header };
  }
  if (target !== null) return { ...column, field: target };
  if (!keep || ownColumns.includes(header)) return column;
  return { ...column, field: 'attributes', attributeKey: header };
}

/** A column without header is kept as `column 3`, or with a sign more where that is a header. */
function unnamedName(named: ReadonlySet<string>, index: number): string {
  let key = `column ${index + 1}`;
  while (named.has(key)) key += '_';
  return key;
}

function extraHeaders(
  columns: readonly PlannedColumn[],
  matches: readonly (Match | null)[],
): string[] {
  return columns
    .filter(({ header, isUnnamed, field, isAction }) => {
      if (isUnnamed || isAction || ownColumns.includes(header)) return false;
      return field === null || field === 'attributes';
    })
    .filter(({ index }) => matches[index]?.target !== 'attributes')
    .map(({ header }) => header);
}

function extraNotes(extra: readonly string[], what: ColumnOptions['extra']): string[] {
  if (extra.length === 0) return [];
  const fate = what === 'keep' ? 'kept in attributes' : 'ignored';
  return [`Columns that match no field are ${fate}: ${listed(extra, extra.length)}`];
}

function unknownColumns(extra: readonly string[], meant: string): UsageError {
  return new UsageError(
    `These columns match no field: ${listed(extra, extra.length)}. ` +
      `Try ${meant || mapOption(extra[0]!, 'name')} (or another field), or --extra keep or ignore`,
    'unknown_columns',
  );
}

/** In the order in which they fill the field. */
export function columnsOfImages(columns: readonly PlannedColumn[]): PlannedColumn[] {
  return columns.filter(({ field }) => field === 'images').sort((a, b) => a.rank - b.rank);
}
