import type { Command } from '../../cli/command.js';
import { productSchema, type Product } from '../../catalog/schema.js';
import { UsageError } from '../../errors.js';
import { countOf } from '../../terminal/figures.js';
import type { OptionSpec } from '../../option.js';
import { changeAndTell, changeOptions, fieldOptions, readWritten, skuOption } from './options.js';

const options = [
  skuOption('its SKU'),
  ...fieldOptions,
  ...changeOptions,
] as const satisfies OptionSpec[];

export const productAdd: Command<Product | Product[], typeof options> = {
  name: 'product add',
  needs: 'operator',
  lasts: true,
  summary: 'add a product, or several',
  description:
    'Adds a product by the rules of the import, or with - those that standard input holds as NDJSON: all of them or none. Prints what was added.',
  examples: [
    'prodimport product add --sku CH-1 --name "Oak chair" --attribute Color=oak',
    'prodimport product add - < products.ndjson',
    `echo '{"sku":"CH-2","name":"Ash chair"}' | prodimport product add -`,
  ],
  arguments: [{ name: '[-]', description: '- reads NDJSON from standard input' }],
  options,
  document: {
    about: 'the product as added; of several, an array',
    schema: (z) => productSchema(z).or(productSchema(z).array()),
  },
  async run(context, input) {
    const [source] = input.arguments;
    if (source !== undefined && source !== '-') {
      throw new UsageError(
        `product add ${source}: give the SKU as --sku ${source}, or - for NDJSON.`,
      );
    }
    const { addProducts } = await import('../../catalog/change.js');
    const { readNewProducts } = await import('../../catalog/written.js');
    const { placed, how } = await readWritten(context, input);
    const products = readNewProducts(placed, how);
    const session = await (await context.database()).main();
    return changeAndTell(context, input.options, async (change) => {
      const all = { ...change, fields: how.fields ?? [] };
      const added = await addProducts(session, products, all);
      return source === '-' ? added : added[0]!;
    });
  },
  async render(result, page) {
    if (Array.isArray(result)) return `Added ${countOf(result.length, 'product')}.`;
    const { renderProduct } = await import('./render.js');
    return renderProduct(result, page);
  },
};
