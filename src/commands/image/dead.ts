import type { Command } from '../../cli/command.js';
import { deadImageSchema, type DeadImage } from '../../image/schema.js';
import { wholeNumber, type OptionSpec } from '../../option.js';

const options = [
  {
    flags: '--limit <n>',
    config: 'any',
    description: 'how many to list',
    default: 1000,
    parse: wholeNumber(1),
  },
] as const satisfies OptionSpec[];

export const imageDead: Command<DeadImage[], typeof options> = {
  name: 'image dead',
  summary: 'list the images that were given up, and why',
  description: 'Lists the images that were given up, each with one of the products that show it.',
  examples: ['prodimport image dead', 'prodimport image dead --json'],
  options,
  document: { about: 'images that were given up', schema: (z) => deadImageSchema(z).array() },
  async run(context, input) {
    const { deadImages } = await import('../../image/list.js');
    const session = await (await context.database()).main();
    return deadImages(session, input.options.limit);
  },
  async render(images, { isTerminal: isTTY, width, palette }) {
    if (images.length === 0) return isTTY ? 'No dead images.' : '';
    const { renderTable } = await import('../../terminal/table.js');
    const rows = images.map(({ id, sku, url, attempts, error }) => {
      return [id, sku ?? '', url, String(attempts), error];
    });
    const head = ['image', 'sku', 'url', 'attempts', 'error'];
    const table = { head, rows, right: ['attempts'], gives: 'url', spare: ['attempts', 'sku'] };
    return (await renderTable(table, { isTTY, width, palette })).trimEnd();
  },
};
