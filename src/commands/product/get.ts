import type { Command } from '../../cli/command.js';
import { productSchema, type Product } from '../../catalog/schema.js';
import { UsageError } from '../../errors.js';
import { wholeNumber, type OptionSpec } from '../../option.js';

const options = [
  {
    flags: '--id <n>',
    description: 'its id instead',
    parse: wholeNumber(1, Number.MAX_SAFE_INTEGER),
  },
] as const satisfies OptionSpec[];

export const productGet: Command<Product, typeof options> = {
  name: 'product get',
  summary: 'show one product',
  description: 'Shows one product by its SKU, whatever its case, or by its id.',
  examples: ['prodimport product get CH-1', 'prodimport product get --id 17 --json'],
  arguments: [{ name: '[sku]', description: 'its SKU' }],
  options,
  document: { about: 'a product; product list --ndjson prints one a line', schema: productSchema },
  async run(context, input) {
    const { getProduct, getProductById } = await import('../../catalog/get.js');
    const { id } = input.options;
    const [sku] = input.arguments;
    if ((sku === undefined) === (id === undefined)) {
      throw new UsageError('product get takes a SKU, or --id N.');
    }
    const session = await (await context.database()).main();
    return id === undefined ? getProduct(session, sku!) : getProductById(session, String(id));
  },
  async render(product, page) {
    const { renderProduct } = await import('./render.js');
    return renderProduct(product, page);
  },
};
