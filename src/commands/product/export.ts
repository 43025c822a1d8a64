import type { z as Z } from 'zod';
import type { ExportCount, ExportFormat } from '../../catalog/export/export.js';
import { Raw, type Command } from '../../cli/command.js';
import type { Context } from '../../cli/context.js';
import { UsageError } from '../../errors.js';
import type { OptionSpec } from '../../option.js';
import { formatByEnding, formatsOf } from '../../output/file.js';
import { countOf } from '../../terminal/figures.js';
import { filterOptions, readFilter } from './options.js';

const exportedSchema = (z: typeof Z) =>
  z.object({ file: z.string(), products: z.int().nonnegative() });

export type Exported = Z.infer<ReturnType<typeof exportedSchema>>;

const endings = { csv: 'csv', xlsx: 'xlsx', ndjson: 'ndjson', jsonl: 'ndjson' } as const;

const options = [
  ...filterOptions,
  {
    flags: '--format <format>',
    config: 'any',
    description: "by --output's ending, else csv",
    choices: formatsOf(endings),
  },
  {
    flags: '--output <file>',
    config: 'output',
    description: 'write it there instead of standard output',
  },
  {
    flags: '--escape-formulas',
    config: 'any',
    description: "put ' before texts that a spreadsheet would run; does not load back unchanged",
  },
] as const satisfies OptionSpec[];

export const productExport: Command<Exported, typeof options> = {
  name: 'product export',
  summary: 'write products to a file that loads back',
  description:
    'Writes products as CSV, XLSX or NDJSON, in the order of their SKUs. A load of the CSV or XLSX file finds every product unchanged; `product update -` takes the NDJSON. Ids and times stay in the catalogue.',
  examples: [
    'prodimport product export > products.csv',
    'prodimport product export --output products.xlsx --active',
    'prodimport product export --owner acme --format ndjson',
    'prodimport product export --output for-excel.csv --escape-formulas',
  ],
  options,
  document: { about: 'the file that was written', schema: exportedSchema },
  async run(context, input) {
    const { exportProducts } = await import('../../catalog/export/export.js');
    const { neutralised } = await import('../../output/rows.js');
    const asked = input.options;
    const { output } = asked;
    const format = asked.format ?? formatByEnding(asked, endings) ?? 'csv';
    const filter = await readFilter(context, asked);
    if (!output && format === 'xlsx' && process.stdout.isTTY) {
      throw new UsageError('A workbook is no text: add --output FILE.', 'needs_output');
    }
    const session = await (await context.database()).main();
    const protect = asked.escapeFormulas ? neutralised : (text: string) => text;
    const count = { products: 0, mangledSkus: 0, longCells: 0 };
    const request = { format, filter, protect, signal: context.signal };
    const chunks = exportProducts(session, request, count);
    if (!output) return new Raw(thenNote(context, chunks, count, format));
    const { saveWhole } = await import('../../output/file.js');
    await saveWhole(chunks, output);
    noteDifferences(context, count, format);
    return { file: output, products: count.products };
  },
  render({ file, products }) {
    return `Exported ${countOf(products, 'product')} to ${file}.`;
  },
};

async function* thenNote(
  context: Context,
  chunks: AsyncIterable<string | Uint8Array>,
  count: ExportCount,
  format: ExportFormat,
) {
  yield* chunks;
  noteDifferences(context, count, format);
}

/** What keeps the file from being read as it was written. */
function noteDifferences(context: Context, count: ExportCount, format: ExportFormat): void {
  if (count.longCells > 0) {
    context.note(
      `${countOf(count.longCells, 'text')} longer than Excel takes: it will cut them at 32,767 characters. CSV keeps them.`,
    );
  }
  if (count.mangledSkus > 0 && format !== 'ndjson') {
    context.note(
      `${countOf(count.mangledSkus, 'SKU')} like 1.2E+12: load the file with --allow-mangled to keep them.`,
    );
  }
}
