import type { Command } from '../../cli/command.js';
import { deadImageSchema, type DeadImage } from '../../image/list.js';
import { headerOption, wholeNumber, type OptionSpec } from '../../option.js';

const head = ['image', 'sku', 'url', 'attempts', 'error'];

const options = [
  {
    flags: '--limit <n>',
    config: 'any',
    description: 'how many to list',
    default: 1000,
    parse: wholeNumber(1),
  },
  headerOption(head),
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
  async render(images, page) {
    const { renderTable } = await import('../../terminal/table.js');
    const rows = images.map(({ id, sku, url, attempts, error }) => {
      return [id, sku ?? '', url, String(attempts), error];
    });
    const fit = { right: ['attempts'], gives: 'url', wraps: 'error', extra: ['attempts', 'sku'] };
    return renderTable({ head, rows, ...fit, none: 'No dead images.' }, page);
  },
};
