import type { Command } from '../../cli/command.js';
import { productSchema, type Product } from '../../catalog/schema.js';
import { UsageError } from '../../errors.js';
import { countOf } from '../../terminal/figures.js';
import type { OptionSpec } from '../../option.js';
import {
  changeAndTell,
  changeOptions,
  fieldOptions,
  patchOptions,
  readWritten,
  skuOption,
} from './options.js';

const options = [
  skuOption('another SKU for it'),
  ...fieldOptions,
  ...patchOptions,
  ...changeOptions,
] as const satisfies OptionSpec[];

export const productUpdate: Command<Product | Product[], typeof options> = {
  name: 'product update',
  lasts: true,
  summary: 'change a product, or several',
  description:
    'Changes what is named and leaves the rest; images are replaced, attributes set one by one (--attribute Color= removes one). With - standard input holds NDJSON, in which null clears a field: all products are changed or none. Prints the products as they are now.',
  examples: [
    'prodimport product update CH-1 --price 99.90 --inactive',
    'prodimport product update CH-1 --clear description --attribute Color=',
    'prodimport product update CH-1 --price 89 --if-updated-at 2026-01-31T08:00:00.000Z',
    `echo '{"sku":"CH-1","price":"79.90"}' | prodimport product update -`,
  ],
  arguments: [{ name: '<sku>', description: 'its SKU; - reads NDJSON from standard input' }],
  options,
  document: {
    about: 'the product as it is now; or an array',
    schema: (z) => productSchema(z).or(productSchema(z).array()),
  },
  async run(context, input) {
    const { updateProducts } = await import('../../catalog/change.js');
    const { readPatches } = await import('../../catalog/written.js');
    const [sku] = input.arguments;
    const { placed, how } = await readWritten(context, input, sku);
    const patches = readPatches(placed, how);
    if (sku !== '-')
      refuseNothing({ ...placed[0]!.written, ...Object.fromEntries(placed[0]!.set ?? []) });
    const session = await (await context.database()).main();
    const products = await changeAndTell(context, input.options, (change) =>
      updateProducts(session, patches, { ...change, fields: how.fields ?? [] }),
    );
    return sku === '-' ? products : products[0]!;
  },
  async render(result, page) {
    if (Array.isArray(result)) return `Updated ${countOf(result.length, 'product')}.`;
    const { renderProduct } = await import('./render.js');
    return renderProduct(result, page);
  },
};

function refuseNothing(written: Record<string, unknown>): void {
  const named = Object.keys(written).filter((key) => key !== 'sku' && key !== 'ifUpdatedAt');
  if (named.length > 0) return;
  throw new UsageError('product update: say what to change, such as --price 9.90 (see --help).');
}
