import type { Command } from '../command.js';
import type { LoadOptions } from './load/asked.js';
import { loadOptions } from './load/options.js';

/** What would be understood of a file. */
interface Inspection {
  name: string;
  format: string;
  compressed: boolean;
  bytes: number | null;
  encoding: string | null;
  delimiter: string | null;
  sheet: string | null;
  profile: string | null;
  headerRow: number | null;
  columns: {
    column: number;
    header: string | null;
    field: string | null;
    attribute: string | null;
    example: string;
  }[];
  notes: string[];
}

export const inspect: Command<Inspection> = {
  name: 'inspect',
  summary: 'what would be understood of a file; no database',
  description:
    'Shows format, encoding, delimiter, profile, and which header fills which field. Reads only the\nbeginning of the file, and takes the options of load that say how to read it.',
  examples: ['prodimport inspect feed.csv', 'prodimport inspect prices.xlsx --sheet 2 --json'],
  arguments: [{ name: '<file>', description: 'the file, or - for standard input' }],
  options: loadOptions.filter((option) => option.group === 'Reading the file:'),
  async run(_context, input) {
    const { inspectFile } = await import('./inspect/file.js');
    const options = { ...(input.options as unknown as LoadOptions), given: input.given };
    return inspectFile(input.arguments[0]!, { ...options, missing: 'keep' });
  },
  async render(inspection, page) {
    const { renderInspection } = await import('./inspect/render.js');
    return renderInspection(inspection, page);
  },
};

export type { Inspection };
