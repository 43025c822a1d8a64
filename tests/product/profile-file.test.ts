import { describe, expect, it } from 'vitest';
import { findProfile } from '../../src/product/profile.js';
import { parseProfile } from '../../src/product/profile-file.js';
import { lines, planOf, read } from './reading.js';

const acme = parseProfile(
  `{
    "map": { "Art. No": "sku", "Code": "sku", "Label": "name", "Status": "attributes" },
    "fillDown": { "by": "Group", "columns": ["Label"] },
    "activeWords": { "Live": true },
    "options": { "decimal": ",", "blank": "clear" }
  }`,
  'acme.json',
);

describe('a profile of one’s own', () => {
  it('maps headers to fields, the first that the file has', () => {
    const plan = planOf(lines(['Label', 'Code', 'Status', 'Art. No']), { profile: acme });
    expect(plan.profile).toBe('acme.json');
    expect(plan.columns.map(({ field }) => field)).toEqual([
      'name',
      'attributes',
      'attributes',
      'sku',
    ]);
  });

  it('carries options and words', () => {
    expect(acme.options).toEqual({ decimal: ',', blank: 'clear' });
    const rows = lines(['Code', 'Label', 'active'], ['A1', 'Mug', 'LIVE']);
    expect(read(rows, { profile: acme }).products[0]?.active).toBe(true);
  });

  it('fills down by a column', () => {
    const rows = lines(['Group', 'Code', 'Label'], ['g', 'A1', 'Mug'], ['g', 'A2', '']);
    const { products } = read(rows, { profile: acme });
    expect(products.map(({ name }) => name)).toEqual(['Mug', 'Mug']);
  });

  it('may name columns without header by number', () => {
    const numbered = parseProfile('{"map": {"1": "sku", "2": "name"}}', 'numbered');
    const rows = lines(['A1', 'Mug'], ['A2', 'Cup']);
    const { products } = read(rows, { profile: numbered, headerRow: 0 });
    expect(products.map(({ sku, name }) => [sku, name])).toEqual([
      ['A1', 'Mug'],
      ['A2', 'Cup'],
    ]);
  });

  it('gives way to --map', () => {
    const rows = lines(['Code', 'Label', 'Text']);
    const plan = planOf(rows, { profile: acme, map: ['Text=name'] });
    expect(plan.columns.map(({ field }) => field)).toEqual(['sku', 'attributes', 'name']);
  });

  it.each([
    ['{"maps": {}}', 'there is no "maps"'],
    ['{"options": {"decimals": ","}}', 'there is no "decimals" in options'],
    ['{"map": {"Code": "skuu"}}', 'map.Code'],
    ['{"options": {"decimal": ";"}}', 'options.decimal'],
    ['{"map": ', 'is not JSON'],
    ['[]', "can't be used: it: "],
  ])('is refused with a sentence where it is %s', (text, sentence) => {
    expect(() => parseProfile(text, 'p.json')).toThrow(sentence);
  });
});

describe('a built-in profile', () => {
  it('is found by its name in any case', () => {
    expect(findProfile('WooCommerce')?.name).toBe('woocommerce');
    expect(findProfile('acme')).toBeNull();
  });

  it('brings the words of its system', () => {
    const rows = lines(['sku', 'name', 'product_online'], ['A1', 'Mug', '2'], ['A2', 'Cup', '1']);
    expect(read(rows).products.map(({ active }) => active)).toEqual([false, true]);
    expect(read(rows, { profile: 'none' }).rejects[0]?.code).toBe('boolean_invalid');
  });
});
