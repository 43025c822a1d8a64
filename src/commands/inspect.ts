import type { Command } from '../cli/command.js';
import { inspectionSchema, type Inspection } from './inspect/schema.js';
import { loadOptions, loadOptionsOf } from './load/options.js';

export const inspect: Command<Inspection> = {
  name: 'inspect',
  summary: 'what would be understood of a file; no database',
  description:
    'Shows format, encoding, delimiter, profile, and which header fills which field. Reads only the\nbeginning of the file, and takes the options of load that say how to read it.',
  examples: ['prodimport inspect feed.csv', 'prodimport inspect prices.xlsx --sheet 2 --json'],
  arguments: [{ name: '<file>', description: 'the file, or - for standard input' }],
  options: loadOptions.filter((option) => option.group === 'Reading the file:'),
  document: { about: 'what would be understood of a file', schema: inspectionSchema },
  async run(context, input) {
    const { inspectFile } = await import('./inspect/file.js');
    const options = loadOptionsOf(input);
    return inspectFile(input.arguments[0]!, { ...options, missing: 'keep' }, context.signal);
  },
  async render(inspection, page) {
    const { renderInspection } = await import('./inspect/render.js');
    return renderInspection(inspection, page);
  },
};
