import type { z as Z } from 'zod';
import type { Command, PartialResult } from '../../cli/command.js';
import type { Context } from '../../cli/context.js';
import type { OptionSpec, OptionsOf } from '../../option.js';
import { countOf } from '../../terminal/figures.js';
import { agreeOnFound, isOfMany, nothingFound } from './found.js';
import { changeAndTell, changeOptions, whereOption } from './options.js';

const deletedSchema = (z: typeof Z) => z.object({ deleted: z.array(z.string()).describe('SKUs') });

export type Deleted = Z.infer<ReturnType<typeof deletedSchema>>;

const options = [
  whereOption,
  { flags: '--yes', description: 'do not ask' },
  ...changeOptions,
] as const satisfies OptionSpec[];

export const productDelete: Command<Deleted, typeof options> = {
  name: 'product delete',
  needs: 'operator',
  lasts: true,
  summary: 'delete products',
  description:
    'Deletes products by their SKU, or all that --where finds: all of them or none. Asks first; --yes answers.',
  examples: [
    'prodimport product delete CH-1',
    'prodimport product delete CH-1 CH-2 --yes',
    "prodimport product delete --where owner=acme --where 'updated_at < 2025-01-01'",
  ],
  arguments: [{ name: '[sku...]', description: 'their SKUs' }],
  options,
  document: { about: 'what was deleted', schema: deletedSchema },
  async run(context, input) {
    if (isOfMany('product delete', input)) return deleteWhere(context, input.options);
    const { deleteProducts } = await import('../../catalog/change.js');
    const skus = input.arguments;
    const shown = skus.length <= 10 ? ` (${skus.join(', ')})` : '';
    await context.confirm(
      `Delete ${countOf(skus.length, 'product')}${shown}?`,
      input.options.yes ?? false,
    );
    const session = await (await context.database()).main();
    return changeAndTell(context, input.options, async (how) => {
      const products = await deleteProducts(session, skus, how);
      return { deleted: products.map(({ sku }) => sku) };
    });
  },
  render({ deleted }) {
    if (deleted.length === 0) return nothingFound;
    return `Deleted ${countOf(deleted.length, 'product')}.`;
  },
};

async function deleteWhere(
  context: Context,
  asked: OptionsOf<typeof options>,
): Promise<Deleted | PartialResult<Deleted>> {
  const { deleteFound } = await import('../../catalog/found.js');
  const agreed = await agreeOnFound(context, 'Delete', asked);
  if (!agreed) return { deleted: [] };
  const session = await (await context.database()).main();
  return changeAndTell(context, asked, async (how) => {
    const { skus } = await deleteFound(session, agreed.filter, { ...how, most: agreed.most });
    return { deleted: skus };
  });
}
