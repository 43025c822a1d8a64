import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aliases } from '../../src/product/aliases.js';
import { countKnownHeaders, matchHeader, suggestField } from '../../src/product/header.js';
import { headerKey } from '../../src/product/header-text.js';

const fieldOf = (header: string) => matchHeader(header, null)?.target ?? null;

describe('a header', () => {
  it.each([
    ['sku', 'sku'],
    ['\ufeffSKU', 'sku'],
    ['Variant SKU', 'sku'],
    ['Reference #', 'sku'],
    ['Référence', 'sku'],
    ['REF', 'sku'],
    ['Réf. article', 'sku'],
    ["N° d'article", 'sku'],
    ['UGS', 'sku'],
    ['Name *', 'name'],
    ['Product_Title', 'name'],
    ['Désignation', 'name'],
    ['Body (HTML)', 'description'],
    ['Regular price', 'price'],
    ['price (USD)', 'price'],
    ['Price [EUR]', 'price'],
    ['Prix (€)', 'price'],
    ['Tarif régulier', 'price'],
    ['Active (0/1)', 'active'],
    ['Publié', 'active'],
    ['Image URLs (x;y;z...)', 'images'],
    ['owner', 'owner'],
    ['action', 'action'],
  ])('%j means %s', (header, field) => {
    expect(fieldOf(header)).toBe(field);
  });

  it.each([
    ...['cost', 'code', 'vendor', 'id', 'Sale price', 'Wholesale price', 'Compare At Price'],
    ...['Price (old)', 'Price / kg', 'Supplier reference', 'Short description', 'Meta title'],
    ...['Subname', 'Stock status', 'Tax status', 'Variant Image', 'Image Alt Text', 'EAN13'],
    ...['barcode', 'Aktion', 'row action', 'Visibility', '', '#', '__proto__', 'constructor'],
  ])('%j means no field', (header) => {
    expect(fieldOf(header)).toBeNull();
  });

  it('belongs to one field only, among all aliases', () => {
    const keys = Object.entries(aliases).flatMap(([field, words]) =>
      [field, ...words].map(headerKey),
    );
    expect(keys.filter((key, place) => keys.indexOf(key) !== place)).toEqual([]);
  });

  it('reads the same with stars, spaces, underscores, capitals and accents', () => {
    const noise = fc.array(fc.constantFrom(' ', '_', '*', '\u00a0', '\ufeff', '\u0301', '-'));
    const noisy = fc.tuple(fc.constantFrom('sku', 'name', 'price', 'prix ttc'), noise, noise);
    fc.assert(
      fc.property(noisy, ([header, before, after]) => {
        const [first = '', ...rest] = header.toUpperCase();
        const spelled = before.join('') + first + after.join('') + rest.join('') + after.join('');
        expect(headerKey(spelled)).toBe(headerKey(header));
      }),
    );
  });
});

describe('the number of known headers', () => {
  it('tells a row of headers from a line that was not split, and from data', () => {
    expect(countKnownHeaders(['SKU', 'Nom', 'Prix', 'Poids'])).toBe(3);
    expect(countKnownHeaders(['SKU;Nom;Prix;Poids'])).toBe(0);
    expect(countKnownHeaders(['A-1', 'Mug', '9.90', ''])).toBe(0);
  });

  it('counts the headers of the built-in profiles', () => {
    expect(countKnownHeaders(['base_image', 'lst_price', 'product_online'])).toBe(3);
  });
});

describe('a suggestion', () => {
  it('is the field that is spelled most alike', () => {
    expect(suggestField('skuu')).toBe('sku');
    expect(suggestField('Desciption')).toBe('description');
    expect(suggestField('Prise')).toBe('price');
  });

  it('is not made for a word that is like none', () => {
    expect(suggestField('warehouse')).toBeNull();
    expect(suggestField('')).toBeNull();
  });
});
