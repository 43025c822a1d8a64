import { UsageError } from '../errors.js';
import type { Cell, Row } from '../source/source.js';
import type { ColumnTarget } from './aliases.js';
import { namedAttribute, ownColumns } from './attributes.js';
import { guessOptions } from './advice.js';
import { FieldNames, type FieldDefinition } from './field.js';
import { isOwnTarget, ownTarget, targetName } from './aliases.js';
import { guessFields, isBlankAll } from './guess.js';
import { type Match, matchHeader, ownMatch, type PlannedColumn } from './header.js';
import { headerKey, maxHeaderLength, shownHeader } from './header-text.js';
import { type Mapping, listed, locateMappings, mapOption } from './map-option.js';
import type { Field } from './product.js';
import type { Profile } from './profile.js';
import { rivalNotes, winnersOf } from './rivals.js';

interface ColumnOptions {
  mappings: readonly Mapping[];
  profile: Profile | null;
  extra: 'keep' | 'ignore' | 'error';
  /** Fields of one's own. */
  fields: readonly FieldDefinition[];
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
  const winners = winnersOf(matches);
  const columns = planColumns(headers, matches, winners, options);
  const doubled = columns.filter((column) => isDoubled(column, options.fields));
  const extra = extraHeaders(
    columns.filter((column) => !doubled.includes(column)),
    matches,
  ).filter((header) => !isOwnKey(header, columns, options));
  const isUndecided = matches.some((match) => match?.target === 'price') && !has(columns, 'price');
  const cells = options.rows.map((row) => row.cells);
  const guesses = guessFields(columns, cells, isUndecided ? ['price'] : []);
  const meant = guessOptions(guesses, columns);
  if (options.extra === 'error' && extra.length > 0) throw unknownColumns(extra, meant);
  const notes = [
    ...rivalNotes(headers, matches, winners),
    ...extraNotes(extra, options.extra),
    ...doubled.map(doubledNote),
    ...lackingNotes(columns, options.fields),
    ...blankSkuNotes(columns, cells),
    ...(has(columns, 'name') ? [] : [noNameNote]),
    ...(has(columns, 'price') || isUndecided ? [] : [noPriceNote]),
    ...(meant === '' ? [] : [`Perhaps meant: ${meant}`]),
  ];
  return { columns, notes };
}

function planColumns(
  headers: readonly string[],
  matches: readonly (Match | null)[],
  winners: ReadonlySet<number>,
  { extra, fields, isJson }: ColumnOptions,
): PlannedColumn[] {
  const named = new Set(headers);
  const columns = headers.map((header, index) =>
    planColumn(index, {
      header: header === '' ? unnamedName(named, index) : header,
      isUnnamed: header === '',
      match: matches[index] ?? null,
      isWinner: winners.has(index),
      keep: extra === 'keep',
      fields,
    }),
  );
  if (isJson) ignoreOwnKeys(columns);
  return columns;
}

function doubledNote({ header }: PlannedColumn): string {
  return `The column "${header}" is not read, as another one fills ${header}`;
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

/** Whether it bears the name of a field of one's own that another column fills. */
function isDoubled(column: PlannedColumn, fields: readonly FieldDefinition[]): boolean {
  const { header, field, isAction } = column;
  return field === null && !isAction && fields.some(({ name }) => name === header);
}

/** Required fields that no column fills. */
export function lackingFields(
  columns: readonly PlannedColumn[],
  fields: readonly FieldDefinition[],
): string[] {
  const filled = new Set(columns.map(({ own }) => own?.name));
  const lacking = fields.filter(({ name, required }) => required && !filled.has(name));
  return lacking.map(({ name }) => name);
}

function lackingNotes(...where: Parameters<typeof lackingFields>): string[] {
  return lackingFields(...where).map(
    (name) => `There is no column for ${name}, which is required: unknown SKUs are rejected`,
  );
}

const noNameNote =
  `There is no column for the name (--map 'its header=name' says which it is): stored products ` +
  'are updated, unknown SKUs are rejected';
const noPriceNote = 'There is no column for the price: prices stay as they are';

function matchColumns(headers: readonly string[], options: ColumnOptions): (Match | null)[] {
  const mapped = locateMappings(options.mappings, headers);
  const taken = new Set<ColumnTarget>(mapped.values());
  const names = new FieldNames(options.fields);
  return headers.map((header, index) => {
    const target = mapped.get(index);
    if (target !== undefined) return { target, rank: -1, variant: null };
    if (ownColumns.includes(header)) return null;
    const named = namedMatch(header, options.fields);
    if (named !== null) return named;
    if (header === '' && options.profile === null) return null;
    // A profile may name columns without header by their number, as --map does.
    const match =
      matchHeader(header === '' ? String(index + 1) : header, options.profile) ??
      ownOf(header, names);
    // What --map gives a field is said by the user; no need to tell of the others.
    return match !== null && taken.has(match.target) ? null : match;
  });
}

/** Of a header that names its attribute outright. */
function namedMatch(header: string, fields: readonly FieldDefinition[]): Match | null {
  const attribute = namedAttribute(header);
  if (attribute === null) return null;
  const isOwn = fields.some(({ name }) => name === attribute);
  return ownMatch(isOwn ? ownTarget(attribute) : 'attributes', 0);
}

/** What means a built-in field never fills one of one's own, unless --map says so. */
function ownOf(header: string, names: FieldNames): Match | null {
  const own = header.length > maxHeaderLength ? null : names.of(header);
  return own === null ? null : ownMatch(ownTarget(own.name), own.rank);
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
  {
    profile,
    extra,
    isJson,
    fields,
  }: Pick<ColumnOptions, 'profile' | 'extra' | 'isJson' | 'fields'>,
): void {
  const own = new FieldNames(fields);
  for (const header of headers) {
    const index = columns.length;
    const named = namedMatch(header, fields);
    const match: Match | null = named ?? matchHeader(header, profile) ?? ownOf(header, own);
    const isFilled = columns.some((column) => {
      if (match?.target === 'action') return column.isAction;
      if (column.own === null) return column.field === match?.target;
      return match?.target === ownTarget(column.own.name);
    });
    const isWinner = named?.target === 'attributes' || !isFilled || match?.target === 'images';
    const isUnnamed = header === '';
    const name = isUnnamed ? unnamedName(new Set(columns.map((one) => one.header)), index) : header;
    const keep = extra === 'keep';
    columns.push(planColumn(index, { header: name, isUnnamed, match, isWinner, keep, fields }));
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
  fields: readonly FieldDefinition[];
}

function planColumn(
  index: number,
  { header, isUnnamed, match, isWinner, keep, fields }: ColumnChoice,
): PlannedColumn {
  const { target, rank } = (isWinner ? match : null) ?? { target: null, rank: 0 };
  const column = {
    ...{ index, header, isUnnamed, rank, match },
    ...{ field: null, attributeKey: null, own: null, isAction: false },
  };
  if (target === 'action') return { ...column, isAction: true };
  if (target === 'images') return { ...column, field: target, attributeKey: keep ? header : null };
  if (target === 'attributes') {
    return { ...column, field: target, attributeKey: namedAttribute(header) ?? header };
  }
  if (target !== null && isOwnTarget(target)) {
    const own = fields.find(({ name }) => name === targetName(target)) ?? null;
    return { ...column, field: 'attributes', attributeKey: targetName(target), own };
  }
  if (target !== null) return { ...column, field: target };
  // What another column fills is not to be overwritten by a text.
  if (fields.some(({ name }) => name === header)) return column;
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
    .filter(({ header, isUnnamed, field, isAction, own }) => {
      if (isUnnamed || isAction || own !== null || ownColumns.includes(header)) return false;
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
