import { writeFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { countKnownHeaders } from '../../src/product/header.js';
import { createParser } from '../../src/product/parse.js';
import { planReading } from '../../src/product/plan.js';
import type { ParsedProduct } from '../../src/product/product.js';
import { Widths } from '../../src/product/widths.js';
import { openSource } from '../../src/source/open.js';
import { useFolder } from '../setup/folder.js';
import { automatic } from '../source/reading.js';

const folder = useFolder();

/** What a load would make of a text, short of storing it. */
async function read(text: string): Promise<{ products: string[]; told: string[] }> {
  const file = folder.path('products.csv');
  writeFileSync(file, text);
  const products = new Map<string, string>();
  const told: string[] = [];
  const source = await openSource({ ...automatic, file, recognise: countKnownHeaders });
  try {
    const options = { headerRow: 'auto', map: [], profile: 'auto', extra: 'keep' } as const;
    const plan = planReading(source.head, options);
    const below = source.sample.filter(({ rowNumber }) => rowNumber > plan.headerRowNumber!);
    const values = { action: 'upsert', decimal: 'auto', owner: null, allowMangled: false } as const;
    const text = { isText: true, stripsGuards: true, roundsPrices: false };
    const widths = new Widths(plan.columns.length, below, 'auto');
    const parser = createParser(plan, { ...values, ...text, widths });
    const sink = {
      product: (product: ParsedProduct) => {
        const { sku, name, description, price, attributes } = product;
        products.set(sku, JSON.stringify({ sku, name, description, price, attributes }));
      },
      reject: (rejects: { error: string }[]) => void told.push(rejects[0]!.error),
      skipped: () => undefined,
    };
    for await (const rows of source.rows()) {
      for (const row of rows) if (row.rowNumber > plan.headerRowNumber!) parser.push(row, sink);
    }
    parser.finish(sink);
    told.push(...parser.warnings(), ...source.warnings(), source.damage() ?? '');
  } finally {
    await source.close();
  }
  return { products: [...products.values()].sort(), told: told.filter(Boolean) };
}

const header = ['date', 'sku', 'name', 'stock', 'price', 'description', 'note'];
const table = Array.from({ length: 24 }, (_, i) => [
  `2024-01-${String(i + 1).padStart(2, '0')}`,
  `P-${100 + i}`,
  i % 3 === 0 ? `Plate, blue ${i}` : `Cup ${i}`,
  String(i),
  `${i}.50`,
  i % 4 === 0 ? `Good\nfor ${i}, at least` : `Quite good ${i}`,
  i % 2 === 0 ? '' : 'x',
]);

/** How a system writes a cell: in quotes where it must, or always. */
const styles = {
  'quotes where needed': (cell: string) => (/[",\n]/.test(cell) ? `"${cell}"` : cell),
  'quotes everywhere': (cell: string) => `"${cell}"`,
};

/** What may happen to one cell of a row; the delimiter stands before each cell but the first. */
const damages: Record<string, (cell: string, before: string) => string> = {
  'its delimiter doubled': (cell, before) => before + before + cell,
  'its delimiter missing': (cell) => cell,
  'another delimiter': (cell, before) => (before === '' ? cell : `;${cell}`),
  'a delimiter inside': (cell, before) => `${before}${cell.slice(0, 2)},${cell.slice(2)}`,
  'a decimal comma': (cell, before) => before + cell.replace('.', ','),
  'a quote before it': (cell, before) => `${before}"${cell}`,
  'a quote after it': (cell, before) => `${before}${cell}"`,
  'quotes around it': (cell, before) => `${before}"${cell}"`,
  'a quote inside': (cell, before) => `${before}${cell.slice(0, 2)}"${cell.slice(2)}`,
  'two quotes inside': (cell, before) => `${before}${cell.slice(0, 2)}""${cell.slice(2)}`,
  'a quote after a backslash': (cell, before) =>
    `${before}${cell.slice(0, -1)}\\"${cell.slice(-1)}`,
  'an inch mark at its end': (cell, before) => before + cell.replace(/"?$/, '"$&'),
  'its first quote missing': (cell, before) => before + cell.replace(/^"/, ''),
  'its last quote missing': (cell, before) => before + cell.replace(/"$/, ''),
  'a line end before it': (cell, before) => `${before}\n${cell}`,
  'a line end inside': (cell, before) => `${before}${cell.slice(0, 2)}\n${cell.slice(2)}`,
  'nothing after it': (cell, before) => `${before}${cell}\0`,
};

function written(
  style: (cell: string) => string,
  damage?: { row: number; at: number; how: string },
) {
  const lines = [header, ...table].map((cells, row) => {
    const parts = cells.map((cell, at) => {
      const [text, before] = [style(cell), at > 0 ? ',' : ''];
      const isHit = damage && row === damage.row && at === damage.at;
      return isHit ? damages[damage.how]!(text, before) : before + text;
    });
    return parts.join('').replace(/\0[^]*$/, '');
  });
  return `${lines.join('\n')}\n`;
}

/** What a strict reader of RFC 4180 takes says something else, but nobody can see that. */
function isWellFormed(text: string): boolean {
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}

const hits = Object.keys(damages).flatMap((how) =>
  Object.keys(styles).map((style) => ({ how, style: style as keyof typeof styles })),
);

it.each(hits)('changes no product in silence by $how, with $style', async ({ how, style }) => {
  const clean = await read(written(styles[style]));
  expect(clean).toMatchObject({ told: [] });
  const silent: object[] = [];
  for (const row of [1, 2, 5, 10, 24]) {
    for (const at of header.keys()) {
      const text = written(styles[style], { row, at, how });
      if (isWellFormed(text)) continue;
      const damaged = await read(text);
      const isChanged = damaged.products.join() !== clean.products.join();
      if (isChanged && damaged.told.length === 0) silent.push({ row, at });
    }
  }
  expect(silent).toEqual([]);
});
