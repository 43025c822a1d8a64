import { attributeHeader, attributesHeader } from '../../product/attributes.js';
import type { Product } from '../schema.js';

/** What stands in a cell of a file: text, or what a workbook has a kind of its own for. */
export type ExportCell = string | boolean | null | { price: string };

/** A column of the file: its header, and what it holds of a product. */
export interface ExportColumn {
  header: string;
  kind: 'text' | 'price' | 'boolean';
  cell: (product: Product) => ExportCell;
}

/** More attributes than this have no column each, but one for all. */
export const maxAttributeColumns = 500;

/**
 * The columns from which a load reads the same products again: the fields, and the attributes by
 * their names. Ids and times are the catalogue's own and stay in it.
 * @param keys of all attributes; or of more than `maxAttributeColumns`
 * @param hasNameless whether any product has no name: its row then says that it only updates
 */
export function exportColumns(keys: readonly string[], hasNameless: boolean): ExportColumn[] {
  const isSpread = keys.length <= maxAttributeColumns;
  const spread = isSpread ? keys.filter((key) => attributeHeader(key) !== null) : [];
  const columns = [...fieldColumns];
  if (hasNameless) columns.push(text('action', ({ name }) => (name === null ? 'update' : '')));
  columns.push(...spread.map(attributeColumn));
  if (keys.length > spread.length) columns.push(restColumn(new Set(spread)));
  return columns;
}

const fieldColumns: ExportColumn[] = [
  text('sku', ({ sku }) => sku),
  text('name', ({ name }) => name),
  text('description', ({ description }) => description),
  { header: 'price', kind: 'price', cell: ({ price }) => price && { price } },
  { header: 'active', kind: 'boolean', cell: ({ active }) => active },
  text('owner', ({ owner }) => owner),
  text('images', ({ images }) => images.join('|')),
];

function attributeColumn(key: string): ExportColumn {
  return text(attributeHeader(key)!, ({ attributes }) =>
    Object.hasOwn(attributes, key) ? attributeText(attributes[key]) : null,
  );
}

function restColumn(spread: ReadonlySet<string>): ExportColumn {
  return text(attributesHeader, ({ attributes }) => {
    const rest = Object.entries(attributes).filter(([key]) => !spread.has(key));
    return rest.length === 0 ? null : JSON.stringify(Object.fromEntries(rest));
  });
}

/** The tool stores texts only; what another program stored is written as JSON. */
function attributeText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function text(header: string, cell: (product: Product) => string | null): ExportColumn {
  return { header, kind: 'text', cell };
}
