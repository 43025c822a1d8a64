import type { Command } from '../../cli/command.js';
import { countOf } from '../../terminal/figures.js';
import type { OptionSpec } from '../../option.js';
import { changeAndTell, changeOptions } from './options.js';
import { deletedSchema, type Deleted } from './render.js';

const options = [
  { flags: '--yes', description: 'do not ask' },
  ...changeOptions,
] as const satisfies OptionSpec[];

export const productDelete: Command<Deleted, typeof options> = {
  name: 'product delete',
  lasts: true,
  summary: 'delete products',
  description: 'Deletes products by their SKU, all of them or none. Asks first; --yes answers.',
  examples: ['prodimport product delete CH-1', 'prodimport product delete CH-1 CH-2 --yes'],
  arguments: [{ name: '<sku...>', description: 'their SKUs' }],
  options,
  document: { about: 'what was deleted', schema: deletedSchema },
  async run(context, input) {
    const { deleteProducts } = await import('../../catalog/change.js');
    const skus = input.arguments;
    const shown = skus.length <= 10 ? ` (${skus.join(', ')})` : '';
    await context.confirm(
      `Delete ${countOf(skus.length, 'product')}${shown}?`,
      input.options.yes ?? false,
    );
    const session = await (await context.database()).main();
    const products = await changeAndTell(context, input.options, (how) =>
      deleteProducts(session, skus, how),
    );
    return { deleted: products.map(({ sku }) => sku) };
  },
  render({ deleted }) {
    return `Deleted ${countOf(deleted.length, 'product')}.`;
  },
};
