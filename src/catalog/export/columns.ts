import { attributeHeader, attributesHeader } from '../../product/attributes.js';
import { isNumeric, type FieldDefinition } from '../../product/field.js';
import { fieldText } from '../../product/field-types.js';
import type { Product } from '../schema.js';

/** What stands in a cell of a file: text, or what a workbook has a kind of its own for. */
export type ExportCell =
  | string
  | boolean
  | null
  | { price: string }
  /** Of a field of one's own, as a number and as a text of its decimal mark. */
  | { number: string; written: string };

/** How a spreadsheet has to show a column. */
type Kind = 'text' | 'price' | 'number' | 'boolean';

/** A column of the file: its header, and what it holds of a product. */
export interface ExportColumn {
  header: string;
  kind: Kind;
  cell: (product: Product) => ExportCell;
}

/** More attributes than this have no column each, but one for all. */
export const maxAttributeColumns = 500;

/**
 * The columns from which a load reads the same products again: the fields, and the attributes by
 * their names. Ids and times are the catalogue's own and stay in it.
 * @param keys of all attributes; or of more than `maxAttributeColumns`
 * @param own fields of one's own, which say what stands under their names
 * @param hasNameless whether any product has no name: its row then says that it only updates
 */
export function exportColumns(
  keys: readonly string[],
  own: readonly FieldDefinition[],
  hasNameless: boolean,
): ExportColumn[] {
  const isSpread = keys.length <= maxAttributeColumns;
  const spread = isSpread ? keys.filter((key) => attributeHeader(key) !== null) : [];
  const columns = [...fieldColumns];
  if (hasNameless) columns.push(text('action', ({ name }) => (name === null ? 'update' : '')));
  columns.push(...spread.map((key) => attributeColumn(key, own)));
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

function attributeColumn(key: string, own: readonly FieldDefinition[]): ExportColumn {
  const field = own.find(({ name }) => name === key);
  const header = attributeHeader(key)!;
  const valueOf = ({ attributes }: Product) =>
    Object.hasOwn(attributes, key) ? attributes[key] : undefined;
  if (!field) {
    return text(header, (product) => {
      const value = valueOf(product);
      return value === undefined ? null : attributeText(value);
    });
  }
  const kind = isNumeric(field.type) ? 'number' : field.type === 'boolean' ? 'boolean' : 'text';
  return { header, kind, cell: (product) => ownCell(field, valueOf(product)) };
}

/** A number as a number, where it is one; what is not of the field's type as it stands. */
function ownCell(field: FieldDefinition, value: unknown): ExportCell {
  if (value === undefined || value === null) return null;
  if (typeof value === 'boolean' && field.type === 'boolean') return value;
  const written = fieldText(field, value);
  const isNumber = isNumeric(field.type) && /^-?\d+([.,]\d+)?$/.test(written);
  return isNumber ? { number: written.replace(',', '.'), written } : written;
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
