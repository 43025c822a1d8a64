import { expect, it } from 'vitest';
import type { Product } from '../../src/catalog/schema.js';
import { renderProducts } from '../../src/commands/product/render.js';
import { plainPalette } from '../../src/terminal/colour.js';

const product: Product = {
  id: '1',
  sku: 'KETTLE-0001',
  name: 'An enamelled kettle with a long name',
  description: null,
  price: '123456.75',
  active: true,
  owner: 'acme',
  images: [],
  compressedImages: [],
  attributes: {},
  createdAt: '2026-03-01T08:00:00.000Z',
  updatedAt: '2026-03-01T08:00:00.000Z',
};

it.each([40, 60, 80])('shows a price whole on a terminal of %i columns', (width) => {
  const page = { palette: plainPalette, width, isTerminal: true };
  const [, line = ''] = renderProducts([product], page).split('\n');
  expect(line).toMatch(/^KETTLE-0001 .* 123456\.75 {2}yes/);
  expect(line.length).toBeLessThanOrEqual(width);
});
