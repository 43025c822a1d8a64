import type { Product } from '../schema.js';

/** A product a line, as `product add -` and `product update -` take it. */
export async function* ndjsonFile(batches: AsyncIterable<Product[]>): AsyncGenerator<string> {
  for await (const products of batches) {
    yield products.map((product) => `${JSON.stringify(ownFields(product))}\n`).join('');
  }
}

/** Ids, times and compressed images are the catalogue's own. */
function ownFields(product: Product): Partial<Product> {
  const { sku, name, description, price, active, owner, images, attributes } = product;
  return { sku, name, description, price, active, owner, images, attributes };
}
