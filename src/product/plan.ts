import { UsageError } from '../errors.js';
import type { Row, SourceRow } from '../source/source.js';
import type { FlagColumn } from './text.js';
import { addColumns, assignColumns, lackingFields } from './columns.js';
import type { FieldDefinition } from './field.js';
import { isBlank } from './cell.js';
import { flagNotes, isContraryFlag } from './flag-header.js';
import { ForeignActions } from './foreign-action.js';
import { findDataRow, findHeaderRow, headersOf } from './header-row.js';
import { cleanHeader, shownHeader } from './header-text.js';
import { matchInProfile, type PlannedColumn } from './header.js';
import { nameInDoubt, noSku, otherHeaderRow, type Unclear } from './advice.js';
import { parseMappings } from './map-option.js';
import { nullWordsOf, wordsForAll } from './null-words.js';
import { type Field, fields } from './product.js';
import { type Profile, recogniseProfile } from './profile.js';
import { planProfile, type PlannedProfile } from './profile-plan.js';

export interface HeaderOptions {
  /** The number that a spreadsheet shows; 0 says that there is no header. */
  headerRow: 'auto' | number;
  /** The row where the products begin; without it the one after the header. */
  dataRow?: number | undefined;
  /** `Source header=field`, or `1=sku` by the column's number. */
  map: readonly string[];
  profile: Profile | 'auto' | 'none';
  /** Fields of one's own; null where they are not known yet. */
  fields?: readonly FieldDefinition[] | null | undefined;
  /** What becomes of columns that match no field. */
  extra: 'keep' | 'ignore' | 'error';
  /** As `--null` says which words mean nothing; undefined for what is usual. */
  nullWords?: readonly string[] | undefined;
  /** Where each product brings its own headers: those met so far, a list that may grow. */
  keys?: readonly string[] | null;
  /** Whether the file is JSON, as `product export` writes it. */
  isJson?: boolean;
  /** The products that are known of such a file. */
  sample?: readonly SourceRow[];
  /** Whether more of them, and other keys, may come. */
  isOpen?: boolean;
  /** The option that names a sheet with a column for the SKU, if this one has none. */
  sheet?: string | null;
}

/** How the rows below the header are to be read. */
export interface ReadingPlan extends PlannedProfile {
  /** Null where there is no header. */
  headerRowNumber: number | null;
  /** Rows before this one are not data. */
  dataRowNumber: number;
  /** All columns in the file's order. */
  columns: readonly PlannedColumn[];
  /** Where each product brings its own headers: those met so far; else null. */
  keys: readonly string[] | null;
  /** Takes the keys in that were met since, and says whether there were any. */
  grow: () => boolean;
  /** The fields that the file has a column for; `attributes` where any cell may end up there. */
  present: Field[];
  /** All fields of one's own. */
  fields: readonly FieldDefinition[];
  /** Required fields of one's own that no column fills. */
  lacking: string[];
  hasAction: boolean;
  /** The profile's name, or null. */
  profile: string | null;
  /** The headers by which the profile was recognised; null where it was named, or there is none. */
  recognisedBy: readonly string[] | null;
  /** How the active column is read. */
  flag: FlagColumn;
  /** Words that mean nothing, by column; null where there are none. */
  nullWords: readonly (ReadonlySet<string> | null)[];
  /** Sentences about what was decided, for standard error and the report. */
  notes: string[];
}

/** No row can be read, but all else is understood, for whoever wants to see it. */
export class HeaderUnclear extends UsageError {
  /** @param plan what it would be, but for the column that is not clear */
  constructor(
    message: string,
    code: 'sku_column_missing' | 'name_column_unclear',
    readonly plan: ReadingPlan,
  ) {
    super(message, code);
  }
}

/**
 * Finds the header among the first rows and decides what each column is.
 * @throws HeaderUnclear where there is no column for the SKU, or one that may be the name or a
 *   description · UsageError where a header or a
 *   mapping comes twice, a mapping names what does not exist, or `extra` is `error` and there are
 *   unknown columns
 */
export function planReading(head: readonly SourceRow[], options: HeaderOptions): ReadingPlan {
  const chosen = chooseColumns(head, options);
  const { headerRow, dataRow, rows, columns, keys, fields, profile, recognisedBy } = chosen;
  const plan: ReadingPlan = {
    headerRowNumber: headerRow?.rowNumber ?? null,
    dataRowNumber: dataRow,
    columns,
    keys,
    grow: () => false,
    present: presentFields(columns),
    fields,
    lacking: lackingFields(columns, fields),
    hasAction: columns.some((column) => column.isAction),
    profile: profile?.name ?? null,
    recognisedBy,
    ...planProfile(profile, chosen.headers, columns),
    flag: flagColumn(columns, profile),
    nullWords: nullWordsOf(options.nullWords, columns),
    notes: [
      ...(keys === null ? headerNotes(head, headerRow, dataRow) : []),
      ...profileNotes(profile, recognisedBy, chosen.headers),
      ...chosen.notes,
      ...new ForeignActions(columns).notes(rows),
      ...flagNotes(head, headerRow, columns, chosen.mappings),
    ],
  };
  const { sheet = null } = options;
  refuseUnclear(plan, { head, headerRow, columns, rows, sheet, isKeyed: keys !== null });
  return keys === null ? plan : keyedPlan(plan, { ...options, profile });
}

/** Where the header is, whose export it is, and what each column fills. */
function chooseColumns(head: readonly SourceRow[], options: HeaderOptions) {
  const { mappings, fields, extra } = withFields(options);
  const { headerRow: row, profile: wanted, keys = null, isJson = false } = options;
  const headerRow =
    keys === null ? findHeaderRow(head, { headerRow: row, mappings, profile: wanted }) : null;
  const headers = keys?.map(cleanHeader) ?? headersFound(head, headerRow);
  const recognised = wanted === 'auto' ? recogniseProfile(headers) : null;
  const profile = recognised?.profile ?? (typeof wanted === 'string' ? null : wanted);
  const dataRow = findDataRow(head, headerRow, keys === null ? options.dataRow : 1);
  const rows = head.filter((row): row is Row => 'cells' in row && row.rowNumber >= dataRow);
  const { columns, notes } = assignColumns(headers, {
    ...{ mappings, profile, extra, rows, fields, isJson },
    otherRow: otherHeaderRow(head, headerRow),
  });
  const recognisedBy = recognised?.by ?? null;
  const found = { headerRow, headers, dataRow, rows, columns, notes };
  return { ...found, mappings, keys, fields, profile, recognisedBy };
}

/** Where fields of one's own are not known yet, nothing is refused that one of them may explain. */
function withFields({ fields = [], map, extra }: HeaderOptions) {
  const names = fields?.map(({ name }) => name) ?? null;
  const mappings = parseMappings(map, names);
  const kept = fields === null && extra === 'error' ? ('keep' as const) : extra;
  return { mappings, fields: fields ?? [], extra: kept };
}

/**
 * The plan for products that bring their own headers. More keys may come: as long as that is so every
 * field may, and each row says itself which of them it lacks.
 */
function keyedPlan(
  plan: ReadingPlan,
  options: Omit<HeaderOptions, 'profile'> & { profile: Profile | null },
): ReadingPlan {
  const { isOpen = true, isJson = false, extra, sample = [] } = options;
  const keys = plan.keys!;
  const columns = [...plan.columns];
  const nullWords = [...plan.nullWords];
  const name = columns.findIndex(({ field }) => field === 'name');
  const lackName = sample.some((row) => 'cells' in row && isBlank(row.cells[name]));
  return {
    ...plan,
    columns,
    nullWords,
    present: isOpen ? [...fields] : plan.present,
    // A row that lacks one may be of a stored product.
    lacking: plan.fields.filter(({ required }) => required).map(({ name }) => name),
    // The catalogue has to be asked whether it has the product that lacks its name.
    hasAction: plan.hasAction || isOpen || lackName,
    grow: () => {
      if (columns.length === keys.length) return false;
      const added = keys.slice(columns.length).map(cleanHeader);
      addColumns(columns, added, { profile: options.profile, extra, isJson, fields: plan.fields });
      nullWords.push(...added.map(() => wordsForAll(options.nullWords)));
      return true;
    },
  };
}

function refuseUnclear(plan: ReadingPlan, unclear: Unclear): void {
  if (!plan.present.includes('sku')) {
    throw new HeaderUnclear(noSku(unclear), 'sku_column_missing', plan);
  }
  const why = nameInDoubt(unclear);
  if (why !== null) throw new HeaderUnclear(why, 'name_column_unclear', plan);
  const actions = new ForeignActions(unclear.columns);
  unclear.rows.forEach((row) => actions.check(row));
}

function headersFound(head: readonly SourceRow[], headerRow: Row | null): string[] {
  return headerRow === null ? unnamedHeaders(head) : headersOf(headerRow);
}

/** A file without header is as wide as the widest of its first rows. */
function unnamedHeaders(head: readonly SourceRow[]): string[] {
  const width = Math.max(...head.map((row) => ('cells' in row ? row.cells.length : 0)));
  return new Array<string>(width).fill('');
}

function presentFields(columns: readonly PlannedColumn[]): Field[] {
  const keepsAttributes = columns.some((column) => column.attributeKey !== null);
  return fields.filter((field) =>
    field === 'attributes' ? keepsAttributes : columns.some((column) => column.field === field),
  );
}

function flagColumn(columns: readonly PlannedColumn[], profile: Profile | null): FlagColumn {
  const header = columns.find(({ field }) => field === 'active')?.header ?? null;
  return {
    isContrary: header !== null && isContraryFlag(header),
    ownWords: new Map(Object.entries(profile?.activeWords ?? {})),
    header,
  };
}

const noHeaderNote =
  'The file is read without a header, its columns by number (--header-row 1 if row 1 is one)';

function headerNotes(head: readonly SourceRow[], headerRow: Row | null, dataRow: number): string[] {
  const first = (headerRow?.rowNumber ?? 0) + 1;
  const below =
    dataRow > first && head.some((row) => row.rowNumber >= first && row.rowNumber < dataRow)
      ? [`The products begin in row ${dataRow}; ${rowsSaid(first, dataRow - 1)} not read`]
      : [];
  if (headerRow === null) return [noHeaderNote, ...below];
  const { rowNumber } = headerRow;
  if (!head.some((row) => row.rowNumber < rowNumber)) return below;
  // Blank ones count, as whoever opens the file sees them.
  const what = rowNumber === 2 ? 'the row above it is' : `the ${rowNumber - 1} rows above it are`;
  return [`The header is in row ${rowNumber}; ${what} not read`, ...below];
}

function rowsSaid(first: number, last: number): string {
  return first === last ? `row ${first} is` : `rows ${first} to ${last} are`;
}

function profileNotes(
  profile: Profile | null,
  recognisedBy: readonly string[] | null,
  headers: readonly string[],
): string[] {
  if (profile === null) return [];
  if (recognisedBy !== null) {
    return [
      `The profile "${profile.name}" is used, recognised from ${recognisedBy.map(shownHeader).join(', ')} ` +
        '(--profile none reads the file without it)',
    ];
  }
  const isForeign = headers.every((header) => matchInProfile(header, profile) === null);
  if (!isForeign || profile.map.length === 0) return [];
  return [`The profile "${profile.name}" maps no header of this file: is it for another one?`];
}
