import type { Command } from '../../cli/command.js';
import { countOf } from '../../terminal/figures.js';
import { changeAndTell, changeOptions } from './options.js';
import { deletedSchema, type Deleted } from './render.js';

export const productDelete: Command<Deleted> = {
  name: 'product delete',
  lasts: true,
  summary: 'delete products',
  description: 'Deletes products by their SKU, all of them or none. Asks first; --yes answers.',
  examples: ['prodimport product delete CH-1', 'prodimport product delete CH-1 CH-2 --yes'],
  arguments: [{ name: '<sku...>', description: 'their SKUs' }],
  options: [{ flags: '--yes', description: 'do not ask' }, ...changeOptions],
  document: { about: 'what was deleted', schema: deletedSchema },
  async run(context, input) {
    const { deleteProducts } = await import('../../catalog/change.js');
    const skus = input.arguments;
    const shown = skus.length <= 10 ? ` (${skus.join(', ')})` : '';
    await context.confirm(
      `Delete ${countOf(skus.length, 'product')}${shown}?`,
      (input.options as { yes?: boolean }).yes ?? false,
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
