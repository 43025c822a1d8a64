import { attributeCount, catalogue, type CatalogueRow } from './catalogue.js';

/** The same catalogue as files with other columns, or at another time. */
export const variants = ['three', 'changed', 'edited', 'images', 'ten', 'typed', 'wide'] as const;
export type Variant = (typeof variants)[number];

const three = ['name', 'sku', 'description'];
const attributeNames = [
  'colour',
  'material',
  'size',
  'season',
  'style',
  'pattern',
  'finish',
  'origin',
  'line',
  'theme',
];

/** The header of a variant. */
export const columnsOf: Record<Variant, readonly string[]> = {
  three,
  changed: three,
  edited: three,
  images: [...three, 'images'],
  ten: [...three, 'price', 'active', 'images', 'owner', ...attributeNames.slice(0, 3)],
  typed: [...three, 'price', 'stock', 'weight', 'cost', 'gtin', 'available_from', 'condition'],
  wide: [
    ...three,
    'price',
    'active',
    'images',
    'owner',
    ...attributeNames.slice(0, attributeCount),
  ],
};

/** The rows of a variant as cells, without the header. */
export function* cellsOf(variant: Variant, rows: number): Generator<string[]> {
  const read = columnsOf[variant].map((column) => reader(column, variant));
  for (const row of catalogue(rows)) yield read.map((cell) => cell(row));
}

/** One in ten rows is another one in `changed`, and each of them in `edited`. */
function reader(column: string, variant: Variant): (row: CatalogueRow) => string {
  switch (column) {
    case 'description':
      return ({ description, isChanged }) => {
        if (variant === 'edited') return `${description} All new.`;
        return variant === 'changed' && isChanged ? `${description} New edition.` : description;
      };
    case 'name':
    case 'sku':
    case 'price':
    case 'active':
    case 'images':
    case 'owner':
      return (row) => row[column];
    case 'stock':
    case 'weight':
    case 'cost':
    case 'gtin':
    case 'available_from':
    case 'condition':
      return (row) => row.typed[column];
    default: {
      const place = attributeNames.indexOf(column);
      return (row) => row.attributes[place]!;
    }
  }
}

const chunkLength = 256 * 1024;

/** A variant as CSV, in chunks: commas, quotes where a cell needs them, LF. */
export function* csvOf(variant: Variant, rows: number): Generator<string> {
  let text = `${columnsOf[variant].join(',')}\n`;
  for (const cells of cellsOf(variant, rows)) {
    text += `${cells.map(quoted).join(',')}\n`;
    if (text.length < chunkLength) continue;
    yield text;
    text = '';
  }
  yield text;
}

function quoted(cell: string): string {
  return /[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
