import { expect, it } from 'vitest';
import { shownPrice } from '../../src/product/price.js';

it.each([
  ['8.2000', '8.20'],
  ['0.1250', '0.125'],
  ['7.0000', '7.00'],
  ['7', '7.00'],
  ['123456789012.3456', '123456789012.3456'],
])('shows a stored price of %s as %s', (stored, shown) => {
  expect(shownPrice(stored)).toBe(shown);
});
