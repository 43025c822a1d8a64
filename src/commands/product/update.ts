import type { z as Z } from 'zod';
import { productSchema, type Product } from '../../catalog/schema.js';
import type { Placed } from '../../catalog/written.js';
import type { Command, Input, PartialResult } from '../../cli/command.js';
import type { Context } from '../../cli/context.js';
import { UsageError } from '../../errors.js';
import type { OptionSpec } from '../../option.js';
import { countOf } from '../../terminal/figures.js';
import { agreeOnFound, isOfMany, nothingFound } from './found.js';
import {
  changeAndTell,
  changeOptions,
  fieldOptions,
  patchOptions,
  readWritten,
  skuOption,
  whereOption,
} from './options.js';

export const updatedSchema = (z: typeof Z) =>
  z.object({
    found: z.int().nonnegative().describe('Products that met the conditions'),
    updated: z.int().nonnegative().describe('Those of them that are not as before'),
  });

export type Updated = Z.infer<ReturnType<typeof updatedSchema>>;

const options = [
  whereOption,
  skuOption('another SKU for it'),
  ...fieldOptions,
  ...patchOptions,
  { flags: '--yes', description: 'with --where: do not ask' },
  ...changeOptions,
] as const satisfies OptionSpec[];

export const productUpdate: Command<Product | Product[] | Updated, typeof options> = {
  name: 'product update',
  needs: 'operator',
  lasts: true,
  summary: 'change a product, or several',
  description:
    'Changes what is named and leaves the rest; images are replaced, attributes set one by one (--attribute Color= removes one). With - standard input holds NDJSON, in which null clears a field. With --where all products that it finds are changed alike; it asks first. All are changed or none. Prints the products as they are now; with --where, how many.',
  examples: [
    'prodimport product update CH-1 --price 99.90 --inactive',
    'prodimport product update CH-1 --clear description --attribute Color=',
    'prodimport product update CH-1 --price 89 --if-updated-at 2026-01-31T08:00:00.000Z',
    `echo '{"sku":"CH-1","price":"79.90"}' | prodimport product update -`,
    'prodimport product update --where owner=acme --set owner=globex --yes',
  ],
  arguments: [{ name: '[sku]', description: 'its SKU; - reads NDJSON from standard input' }],
  options,
  document: {
    about: 'the product as it is now; or an array; with --where how many',
    schema: (z) => productSchema(z).or(productSchema(z).array()).or(updatedSchema(z)),
  },
  async run(context, input) {
    if (isOfMany('product update', input)) return updateWhere(context, input);
    const { updateProducts } = await import('../../catalog/change.js');
    const { readPatches } = await import('../../catalog/written.js');
    const [sku] = input.arguments;
    const { placed, how } = await readWritten(context, input, sku);
    const patches = readPatches(placed, how);
    if (sku !== '-') refuseNothing(placed[0]!);
    const session = await (await context.database()).main();
    return changeAndTell(context, input.options, async (change) => {
      const all = { ...change, fields: how.fields ?? [] };
      const products = await updateProducts(session, patches, all);
      return sku === '-' ? products : products[0]!;
    });
  },
  async render(result, page) {
    if ('found' in result) return renderFound(result);
    if (Array.isArray(result)) return `Updated ${countOf(result.length, 'product')}.`;
    const { renderProduct } = await import('./render.js');
    return renderProduct(result, page);
  },
};

function refuseNothing({ written, set = [] }: Placed): void {
  const named = [...Object.keys(written), ...set.map(([name]) => name)];
  if (named.some((key) => key !== 'sku' && key !== 'ifUpdatedAt')) return;
  throw new UsageError('product update: say what to change, such as --price 9.90 (see --help).');
}

async function updateWhere(
  context: Context,
  input: Input<typeof options>,
): Promise<Updated | PartialResult<Updated>> {
  const { updateFound } = await import('../../catalog/found.js');
  const { readValues } = await import('../../catalog/written.js');
  const asked = input.options;
  for (const only of ['sku', 'ifUpdatedAt'] as const) {
    if (asked[only] === undefined) continue;
    const flag = only === 'sku' ? '--sku' : '--if-updated-at';
    throw new UsageError(`${flag} is for one product: leave it out with --where.`);
  }
  const { placed, how } = await readWritten(context, input);
  const [one] = placed as [Placed];
  refuseNothing(one);
  const values = readValues(one, how);
  const agreed = await agreeOnFound(context, 'Change', asked);
  if (!agreed) return { found: 0, updated: 0 };
  const session = await (await context.database()).main();
  return changeAndTell(context, asked, async (change) => {
    const all = { ...change, fields: how.fields ?? [], most: agreed.most };
    const { skus, changed } = await updateFound(session, agreed.filter, values, all);
    return { found: skus.length, updated: changed };
  });
}

function renderFound({ found, updated }: Updated): string {
  if (found === 0) return nothingFound;
  const same = found - updated;
  const rest = same > 0 ? `; ${countOf(same, 'product')} stayed as before` : '';
  return `Updated ${countOf(updated, 'product')}${rest}.`;
}
