import type { z as Z } from 'zod';
import type { Page } from '../../cli/command.js';
import type { Product } from '../../catalog/schema.js';
import { showSafely } from '../../terminal/escape.js';
import { renderTable } from '../../terminal/table.js';

const head = ['sku', 'name', 'price', 'active', 'owner', 'updated'];

/** Products as a table; in a pipe as tab-separated lines, without a header. */
export async function renderProducts(products: readonly Product[], page: Page): Promise<string> {
  if (products.length === 0) return page.isTerminal ? 'No products.' : '';
  const rows = products.map(({ sku, name, price, active, owner, updatedAt }) => [
    sku,
    name ?? '',
    price ?? '',
    active ? 'yes' : 'no',
    owner ?? '',
    updatedAt,
  ]);
  const { isTerminal: isTTY, width, palette } = page;
  // A price of which the end is cut off would read as another price.
  const table = { head, rows, right: ['price'], gives: 'name', spare: ['updated', 'owner'] };
  return (await renderTable(table, { isTTY, width, palette })).trimEnd();
}

/** One product with all that is known of it, a line each. */
export function renderProduct(product: Product, { palette }: Page): string {
  const { id, sku, name, description, price, active, owner, createdAt, updatedAt } = product;
  const lines: [string, string | null][] = [
    ['sku', sku],
    ['name', name],
    ['price', price],
    ['active', active ? 'yes' : 'no'],
    ['owner', owner],
    ['description', description],
    ...product.images.map((url): [string, string] => ['image', url]),
    ...product.compressedImages.map((key): [string, string] => [
      'compressed',
      key ?? '(dead image)',
    ]),
    ...Object.entries(product.attributes).map(([key, value]): [string, string] => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
    ['id', id],
    ['created', createdAt],
    ['updated', updatedAt],
  ];
  const known = lines.filter(([, value]) => value !== null);
  const width = Math.min(24, Math.max(...known.map(([label]) => label.length)));
  return known
    .map(([label, value]) => {
      const shown = showSafely(label).padEnd(width);
      return `${palette.quiet(shown)}  ${showSafely(value!)}`;
    })
    .join('\n');
}

const count = (z: typeof Z) => z.int().nonnegative();

export const countedSchema = (z: typeof Z) => z.object({ count: count(z) });

export const deletedSchema = (z: typeof Z) =>
  z.object({ deleted: z.array(z.string()).describe('SKUs') });

export const updatedSchema = (z: typeof Z) =>
  z.object({
    found: count(z).describe('Products that met the conditions'),
    updated: count(z).describe('Those of them that are not as before'),
  });

export const exportedSchema = (z: typeof Z) => z.object({ file: z.string(), products: count(z) });

export type Deleted = Z.infer<ReturnType<typeof deletedSchema>>;
export type Updated = Z.infer<ReturnType<typeof updatedSchema>>;
export type Exported = Z.infer<ReturnType<typeof exportedSchema>>;
