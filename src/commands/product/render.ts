import type { z as Z } from 'zod';
import type { Product } from '../../catalog/schema.js';
import type { Page } from '../../cli/command.js';
import { isNumeric, type FieldDefinition } from '../../product/field.js';
import { showSafely } from '../../terminal/escape.js';
import { renderTable } from '../../terminal/table.js';

/** Fields of one's own, and those of them that the command line names. */
interface ShownFields {
  fields: readonly FieldDefinition[];
  named: readonly string[];
}

interface Column {
  head: string;
  cell: (product: Product) => string;
  isRight?: boolean;
}

const first: Column[] = [
  { head: 'sku', cell: ({ sku }) => sku },
  { head: 'name', cell: ({ name }) => name ?? '' },
  { head: 'price', cell: ({ price }) => price ?? '', isRight: true },
  { head: 'active', cell: ({ active }) => yesOrNo(active) },
  { head: 'owner', cell: ({ owner }) => owner ?? '' },
];
const last: Column = { head: 'updated', cell: ({ updatedAt }) => updatedAt };

/** What a pipe gets of each product, before the fields of one's own that are named. */
export const listedColumns = [...first, last].map(({ head }) => head);

/**
 * Products as a table; in a pipe as tab-separated lines. A pipe has fields of one's own behind all
 * others, and only those that are named: a new field must not move a column.
 */
export async function renderProducts(
  products: readonly Product[],
  page: Page,
  { fields, named }: ShownFields,
): Promise<string> {
  const asked = fields.filter(({ name }) => named.includes(name)).map(ownColumn);
  const others = fields.filter(({ name }) => !named.includes(name)).map(ownColumn);
  const columns = page.isTerminal
    ? [...first, ...asked, ...others, last]
    : [...first, last, ...asked];
  const table = {
    head: columns.map(({ head }) => head),
    rows: products.map((product) => columns.map(({ cell }) => cell(product))),
    // A price of which the end is cut off would read as another price.
    right: columns.filter(({ isRight }) => isRight).map(({ head }) => head),
    gives: 'name',
    extra: others.map(({ head }) => head).reverse(),
    spare: ['updated', 'owner'],
    none: 'No products.',
  };
  return renderTable(table, page);
}

function ownColumn({ name, type }: FieldDefinition): Column {
  const cell = ({ attributes }: Product) => {
    return Object.hasOwn(attributes, name) ? shownValue(attributes[name]) : '';
  };
  return { head: name, cell, isRight: isNumeric(type) };
}

function shownValue(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return yesOrNo(value);
  return Array.isArray(value) ? value.map(shownValue).join(', ') : JSON.stringify(value);
}

function yesOrNo(flag: boolean): string {
  return flag ? 'yes' : 'no';
}

/** One product with all that is known of it, a line each. */
export function renderProduct(product: Product, { palette }: Page): string {
  const { id, sku, name, description, price, active, owner, createdAt, updatedAt } = product;
  const lines: [string, string | null][] = [
    ['sku', sku],
    ['name', name],
    ['price', price],
    ['active', yesOrNo(active)],
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
