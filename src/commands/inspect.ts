import { ResultWithError } from '../errors.js';
import type { Context } from '../cli/context.js';
import type { MatchKind, PlannedColumn } from '../product/header.js';
import type { z as Z } from 'zod';
import type { Command, Page } from '../cli/command.js';
import { loadOptions, readingOptions } from '../load/options.js';
import {
  type Cell,
  type SourceRow,
  type Source,
  delimiterName,
  sourceName,
} from '../source/source.js';
import type { OpeningHost } from '../load/prepare.js';
import { fieldsIfAny } from './field/options.js';
import type { LoadOptions } from '../load/request.js';
import type { ReadingPlan } from '../product/plan.js';
import { showSafely, wrap } from '../terminal/escape.js';
import { showBytes } from '../terminal/figures.js';
import { renderTable } from '../terminal/table.js';
import { defaultsOf } from '../option.js';

/** What would be understood of a file. */
const inspectionSchema = (z: typeof Z) =>
  z.object({
    name: z.string(),
    format: z.string(),
    compressed: z.boolean(),
    bytes: z
      .int()
      .nonnegative()
      .nullable()
      .describe('null where nobody says it: standard input, some hosts'),
    encoding: z.string().nullable().describe('null for workbooks, like delimiter'),
    delimiter: z.string().nullable(),
    sheet: z.string().nullable(),
    profile: z.string().nullable(),
    recognisedBy: z
      .array(z.string())
      .nullable()
      .describe(
        'the headers by which it was recognised; null where it was named, or there is none',
      ),
    profileEffects: z.array(z.string()).describe('what the profile changes, a sentence each'),
    headerRow: z.int().positive().nullable().describe('null where there is none'),
    columns: z.array(
      z.object({
        column: z.int().positive(),
        header: z.string().nullable(),
        field: z.string().nullable().describe('null where the cells go to attributes or nowhere'),
        type: z.string().nullable().describe('what its values are; null where there is no field'),
        match: z
          .enum(['name', 'alias', 'profile', 'map'])
          .nullable()
          .describe('why: the field’s own name, another known one, the profile, or --map'),
        attribute: z.string().nullable().describe('of images: the key for what is no URL'),
        example: z.string(),
      }),
    ),
    notes: z.array(z.string()),
  });

export type Inspection = Z.infer<ReturnType<typeof inspectionSchema>>;

export const inspect: Command<Inspection, typeof readingOptions> = {
  name: 'inspect',
  summary: 'what would be understood of a file; no database',
  description:
    'Shows format, encoding, delimiter, profile, and which header fills which field. Reads only the\nbeginning of the file, and takes the options of load that say how to read it.',
  examples: ['prodimport inspect feed.csv', 'prodimport inspect prices.xlsx --sheet 2 --json'],
  arguments: [{ name: '<source>', description: 'a path, a URL, or - for standard input' }],
  options: readingOptions,
  document: { about: 'what would be understood of a file', schema: inspectionSchema },
  async run(context, input) {
    const { given, typed } = input;
    const options = { ...defaultsOf(loadOptions), ...input.options, given, typed };
    return inspectFile(context, input.arguments[0]!, options);
  },
  async render(inspection, page) {
    return renderInspection(inspection, page);
  },
};

const exampleLength = 60;

/**
 * Opens the file as a load would, and says what it understood; with an error, where only the column
 * of the SKU is missing.
 * @throws what else `prepare` throws
 */
async function inspectFile(
  context: Context,
  file: string,
  options: LoadOptions,
): Promise<Inspection | ResultWithError<Inspection>> {
  const { takeOrder } = await import('../load/order.js');
  const { prepare, Unloadable } = await import('../load/prepare.js');
  try {
    const order = await takeOrder(file, options, context.environment.exported);
    // Without a version that is known there is always something to open.
    const { source, plan, close } = (await prepare(order, openingHost(context)))!;
    await close();
    return await inspectionOf(source, plan, options);
  } catch (error) {
    if (!(error instanceof Unloadable)) throw error;
    const inspection = await inspectionOf(error.source, error.plan, options);
    return new ResultWithError(inspection, error);
  }
}

function openingHost(context: Context): OpeningHost {
  const { environment, signal } = context;
  const note = (sentence: string) => context.note(sentence);
  return { environment, signal, note, fields: () => fieldsIfAny(context) };
}

async function inspectionOf(
  source: Source,
  plan: ReadingPlan,
  options: LoadOptions,
): Promise<Inspection> {
  const { matchKind } = await import('../product/header.js');
  const exampleOf = await exampleReader(source, options);
  const headerRow = plan.headerRowNumber;
  const example = source.head.find((row) => 'cells' in row && row.rowNumber > (headerRow ?? 0));
  const { name, format, compressed, bytesTotal: bytes, encoding, delimiter, sheet } = source;
  return {
    ...{ name, format, compressed, bytes, encoding, delimiter, sheet },
    profile: plan.profile,
    recognisedBy: plan.recognisedBy === null ? null : [...plan.recognisedBy],
    profileEffects: await effectsOf(source, plan, options),
    headerRow,
    columns: plan.columns.map((column) => ({
      column: column.index + 1,
      header: headerRow === null && plan.keys === null ? null : column.header,
      field: fieldOf(column),
      type: typeOf(column),
      match: fieldOf(column) === null ? null : matchKind(column.match),
      attribute: column.attributeKey,
      example: exampleOf(example, column),
    })),
    notes: [...source.notes, ...plan.notes],
  };
}

/** What the profile changes, against how the file would be read if nothing were known of its system. */
async function effectsOf(
  { head }: Source,
  plan: ReadingPlan,
  options: LoadOptions,
): Promise<string[]> {
  if (plan.profile === null) return [];
  const { planReading, HeaderUnclear } = await import('../product/plan.js');
  const { profileEffects } = await import('../product/profile-effect.js');
  const { headerRow, dataRow, map = [], extra } = options;
  try {
    const without = { headerRow, dataRow, map, extra, profile: 'none' } as const;
    return profileEffects(plan, planReading(head, without));
  } catch (error) {
    if (error instanceof HeaderUnclear) return profileEffects(plan, error.plan);
    throw error;
  }
}

/** Shows the cell of a column: a SKU as it would be loaded, others as they stand there. */
async function exampleReader(source: Source, options: LoadOptions) {
  const { namedSku } = await import('../product/sku.js');
  const { unguarded } = await import('../product/bare-cells.js');
  const { stripsGuards } = await import('../load/request.js');
  const isGuarded = stripsGuards(source, options);
  return (row: SourceRow | undefined, { index, field }: PlannedColumn): string => {
    const cell = row && 'cells' in row ? (row.cells[index] ?? '') : '';
    if (field !== 'sku') return textOf(cell).slice(0, exampleLength);
    const bare = isGuarded && typeof cell === 'string' ? (unguarded(cell) ?? cell) : cell;
    return namedSku(bare).slice(0, exampleLength);
  };
}

function textOf(cell: Cell): string {
  if (typeof cell === 'string') return cell;
  if (cell.kind === 'boolean') return String(cell.value);
  if (cell.kind === 'absent') return '';
  return cell.kind === 'date' ? cell.iso : cell.text;
}

/** What the column fills; null where its cells go to attributes or nowhere. */
function fieldOf({ isAction, field, own }: PlannedColumn): string | null {
  if (isAction) return 'action';
  if (own !== null) return own.name;
  return field === 'attributes' ? null : field;
}

const builtInTypes: Record<string, string> = {
  price: 'money',
  active: 'boolean',
  images: 'list',
  action: 'choice',
};

function typeOf(column: PlannedColumn): string | null {
  const field = fieldOf(column);
  return field === null ? null : (column.own?.type ?? builtInTypes[field] ?? 'text');
}

/** Where a column goes, as `--map` names it. */
function targetOf({ header, field, type, attribute }: Inspection['columns'][number]): string {
  if (field !== null) {
    const isOwn = attribute === field && !Object.hasOwn(builtInTypes, field);
    return isOwn ? `${field} (${type})` : field;
  }
  if (attribute === null) return '(ignored)';
  return attribute === header ? 'attributes' : `attribute ${attribute}`;
}

/** What was understood, and a line per column of the file. */
async function renderInspection(inspection: Inspection, page: Page): Promise<string> {
  const { palette, width, isTerminal: isTTY } = page;
  const rows = inspection.columns.map((column) => {
    const { header, example, match } = column;
    const why = match === null ? '' : reasons[match];
    return [String(column.column), header ?? '', targetOf(column), example, why];
  });
  const head = ['column', 'header', 'field', 'example', 'why'];
  const table = await renderTable({ head, rows, right: ['column'] }, page);
  const notes = [...inspection.notes, ...effects(inspection)].map(showSafely);
  if (!isTTY) {
    const line = facts(inspection).map(([name, fact]) =>
      named.has(name) ? `${name} ${fact}` : fact,
    );
    return [`${nameOf(inspection)}: ${line.join(', ')}`, ...notes, '', table].join('\n');
  }
  const form = facts(inspection).map(([name, fact]) =>
    wrap(`  ${palette.quiet(name.padEnd(formWidth))}${fact}`, width, formWidth + 2),
  );
  const blocks = [[palette.strong(nameOf(inspection))], form, [table]];
  const said = notes.map((note) => wrap(note, width, 4));
  return [...blocks, said]
    .flatMap((lines) => (lines.length ? [lines.join('\n')] : []))
    .join('\n\n');
}

const reasons: Record<MatchKind, string> = {
  name: 'its name',
  alias: 'a known name',
  profile: 'the profile',
  map: '--map',
};

function effects({ profile, profileEffects }: Inspection): string[] {
  if (profileEffects.length === 0) return [];
  return [`The profile "${profile}" does this:`, ...profileEffects.map((each) => `  ${each}`)];
}

/** What was found of the file, by the names that the form has for it. */
function facts(inspection: Inspection): [name: string, fact: string][] {
  const { format, compressed, bytes, encoding, delimiter, sheet, profile } = inspection;
  const known: [string, string | null][] = [
    ['format', `${format}${compressed ? ', gzip' : ''}`],
    ['size', bytes === null ? null : showBytes(bytes)],
    ['encoding', encoding],
    ['delimiter', delimiter && delimiterName(delimiter)],
    ['sheet', sheet && JSON.stringify(sheet)],
    ['profile', profile],
    ['header', headerFact(inspection)],
  ];
  return known.filter((fact): fact is [string, string] => Boolean(fact[1]));
}

/** Facts that need their name where they stand in one line. */
const named = new Set(['delimiter', 'sheet', 'profile', 'header']);

/** Columns of the form's names. */
const formWidth = 'delimiter'.length + 2;

const nameOf = ({ name }: Inspection) => showSafely(sourceName({ name }));

function headerFact({ headerRow, columns }: Inspection): string {
  if (headerRow !== null) return `in row ${headerRow}`;
  return columns.some(({ header }) => header !== null) ? 'the keys' : 'none';
}
