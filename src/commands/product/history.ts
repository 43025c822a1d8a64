import { Lines, type Command, type Page } from '../../cli/command.js';
import { historyEntrySchema, type HistoryEntry } from '../../catalog/history.js';
import { headerOption, type OptionSpec } from '../../option.js';
import { showSafely, wrap } from '../../terminal/escape.js';
import { renderTable } from '../../terminal/table.js';

const who = ['at', 'action', 'how', 'job', 'by', 'role', 'sku'];
const head = [...who, 'field', 'old', 'new'];

const options = [
  { flags: '--ndjson', config: 'any', description: 'a JSON document a line' },
  headerOption(head),
] as const satisfies OptionSpec[];

export const productHistory: Command<HistoryEntry[], typeof options> = {
  name: 'product history',
  summary: 'tell what happened to a product',
  description:
    'Tells what happened to a product, by load and by hand, the oldest first: when, by whom, and\neach field, old and new. Of a load without --record-changes only that it wrote the product.\nIn a pipe a line for each field.',
  examples: [
    'prodimport product history CH-1',
    'prodimport product history CH-1 --ndjson | jq "select(.fields.price)"',
  ],
  arguments: [{ name: '<sku>', description: 'its SKU, also of a product that was deleted' }],
  options,
  document: {
    about: 'what happened to a product',
    schema: (z) => historyEntrySchema(z).array(),
  },
  otherDocuments: {
    'history line': {
      about: 'what happened to a product at one time, a line of product history --ndjson',
      schema: historyEntrySchema,
      isLine: true,
    },
  },
  async run(context, input) {
    const { readHistory } = await import('../../catalog/history.js');
    const session = await (await context.database()).main();
    const { entries, endsUnknown } = await readHistory(session, input.arguments[0]!);
    if (endsUnknown) {
      context.note(
        'It is not in the catalogue now, and nothing recorded how it went: a load without --record-changes, or another program, has deleted it.',
      );
    }
    if (input.options.ndjson) return new Lines(entries);
    return entries;
  },
  async render(entries, page) {
    if (page.isTerminal) return entries.flatMap((entry) => forTheEye(entry, page)).join('\n');
    return renderTable({ head, rows: entries.flatMap(bareRows) }, page);
  },
};

/** `2026-03-01 08:00  updated by load 12 (products.csv), ops@shop-1`, and a line for each field. */
function forTheEye(entry: HistoryEntry, { palette, width }: Page): string[] {
  const moment = entry.at.slice(0, 16).replace('T', ' ');
  const margin = moment.length + 2;
  const first = `${palette.quiet(moment)}  ${showSafely(sentence(entry))}`;
  const lines = [wrap(first, width, margin)];
  for (const [name, old, is] of fieldsOf(entry)) {
    const values = `${shown(old)} ${palette.quiet('→')} ${shown(is)}`;
    const line = `${' '.repeat(margin)}${palette.accent(showSafely(name))}: ${values}`;
    lines.push(wrap(line, width, margin + 2));
  }
  return lines;
}

function sentence({ action, how, jobId, source, by, fields, sku }: HistoryEntry): string {
  const what = action === 'touched' ? 'written' : action;
  const of = source === null ? '' : ` (${source})`;
  const doer = { load: `load ${jobId}`, undo: `job ${jobId}`, hand: 'hand', purge: 'a purge' }[how];
  const whom = by === null ? '' : `, ${by}`;
  const lack = fields === null ? '; no record of the old values' : '';
  return `${sku} ${what} by ${doer}${of}${whom}${lack}`;
}

/** Each field with its old and new value; attributes one by one. */
function fieldsOf({ fields }: HistoryEntry): [string, unknown, unknown][] {
  return Object.entries(fields ?? {}).flatMap(([name, change]) => {
    if (name !== 'attributes') return [[name, change.old, change.new]];
    const [old, is] = [change.old ?? {}, change.new ?? {}] as Record<string, unknown>[];
    const keys = [...new Set([...Object.keys(old!), ...Object.keys(is!)])];
    const differ = keys.filter((key) => text(old![key]) !== text(is![key]));
    return differ.map((key): [string, unknown, unknown] => [key, old![key], is![key]]);
  });
}

/** A line for each field, and one where none is known. */
function bareRows(entry: HistoryEntry): string[][] {
  const { at, action, how, jobId, by, databaseRole, sku } = entry;
  const first = [at, action, how, jobId ?? '', by ?? '', databaseRole ?? '', sku];
  const fields = fieldsOf(entry);
  if (fields.length === 0) return [[...first, '', '', '']];
  return fields.map(([name, old, is]) => [...first, name, text(old), text(is)]);
}

function text(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function shown(value: unknown): string {
  return text(value) === '' ? '–' : showSafely(text(value));
}
