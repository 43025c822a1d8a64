import { describe, expect, it } from 'vitest';
import { complaints, lines, read } from './reading.js';

const header = ['Handle', 'Title', 'Vendor', 'Variant SKU', 'Variant Price', 'Image Src'];
const url = (n: number) => `https://cdn.test/${n}.jpg`;

describe("Shopify's rows of one Handle", () => {
  it('get the title and the other common cells of the first', () => {
    const { products } = read(
      lines(
        header,
        ['mug', 'Mug', 'Acme', 'M1', '5', ''],
        ['mug', '', '', 'M2', '6', ''],
        ['cup', 'Cup', '', 'C1', '7', ''],
      ),
    );
    expect(
      products.map(({ sku, name, attributes }) => [sku, name, attributes?.['Vendor']]),
    ).toEqual([
      ['M1', 'Mug', 'Acme'],
      ['M2', 'Mug', 'Acme'],
      ['C1', 'Cup', null],
    ]);
  });

  it('are rejected with the cells that stand in the file', () => {
    const { rejects } = read(
      lines(header, ['mug', 'Mug', 'Acme', 'M1', '5', ''], ['mug', '', '', 'M3', 'six', '']),
    );
    expect(rejects[0]!.cells).toEqual(['mug', '', '', 'M3', 'six', '']);
  });

  it('keep a title of their own, and prices are never filled', () => {
    const { products } = read(
      lines(header, ['mug', 'Mug', '', 'M1', '5', ''], ['mug', 'Big mug', '', 'M2', '', '']),
    );
    expect(products[1]).toMatchObject({ name: 'Big mug', price: null });
  });

  it('are skipped without SKU, and add their image to the first product', () => {
    const { products, skipped, rejects } = read(
      lines(
        header,
        ['mug', 'Mug', '', 'M1', '5', url(1)],
        ['mug', '', '', 'M2', '5', ''],
        ['mug', '', '', '', '', url(2)],
        ['mug', '', '', '', '', url(1)],
        ['cup', 'Cup', '', 'C1', '7', ''],
        ['cup', '', '', '', '', url(3)],
      ),
    );
    expect(products.map(({ sku, images }) => [sku, images])).toEqual([
      ['M1', [url(1), url(2)]],
      ['M2', null],
      ['C1', [url(3)]],
    ]);
    expect(skipped).toEqual([4, 5, 7]);
    expect(rejects).toEqual([]);
  });

  it('are rejected where the first has no SKU, and fill the others all the same', () => {
    const reading = read(
      lines(header, ['mug', 'Mug', '', '', '5', ''], ['mug', '', '', 'M2', '5', '']),
    );
    expect(complaints(reading)).toEqual(['sku: required']);
    expect(reading.products).toMatchObject([{ sku: 'M2', name: 'Mug' }]);
  });

  it('are told of where they look like variants without SKU', () => {
    const { skipped, warnings } = read(
      lines(header, ['mug', 'Mug', '', 'M1', '5', ''], ['mug', '', '', '', '6', '']),
    );
    expect(skipped).toEqual([3]);
    expect(warnings[0]).toContain('1 skipped row(s) have a price but no SKU');
  });

  it('lose their image where they stand apart, and that is told', () => {
    const { products, skipped, warnings } = read(
      lines(
        header,
        ['mug', 'Mug', '', 'M1', '5', url(1)],
        ['cup', 'Cup', '', 'C1', '7', url(2)],
        ['mug', '', '', '', '', url(3)],
      ),
    );
    expect(products.map(({ images }) => images)).toEqual([[url(1)], [url(2)]]);
    expect(skipped).toEqual([4]);
    expect(warnings[0]).toContain('1 image(s) could not be added');
  });

  it('are rejected for an image address that is none', () => {
    const reading = read(
      lines(header, ['mug', 'Mug', '', 'M1', '5', ''], ['mug', '', '', '', '', 'ftp://a.test']),
    );
    expect(complaints(reading)).toEqual(['images: url_invalid']);
    expect(reading.products).toHaveLength(1);
  });

  it('are rejected without Handle and SKU', () => {
    const reading = read(
      lines(header, ['', 'Mug', '', '', '5', ''], ['', 'Cup', '', 'C1', '5', '']),
    );
    expect(complaints(reading)).toEqual(['sku: required']);
    expect(reading.products.map(({ sku }) => sku)).toEqual(['C1']);
  });

  it('come in the order of the file', () => {
    const many = Array.from({ length: 30 }, (_, i) => {
      return [`h${Math.floor(i / 4)}`, 'Mug', '', `M${i}`, '5', ''];
    });
    const { products } = read(lines(header, ...many));
    expect(products.map(({ rowNumber }) => rowNumber)).toEqual(many.map((_, i) => i + 2));
  });

  it('are rows like any other without the profile', () => {
    const reading = read(
      lines(
        header,
        ['mug', 'Mug', '', 'M1', '5', ''],
        ['mug', '', '', 'M2', '5', ''],
        ['mug', '', '', '', '', url(1)],
      ),
      { profile: 'none' },
    );
    expect(complaints(reading)).toEqual(['name: required', 'sku: required', 'name: required']);
    expect(reading.skipped).toEqual([]);
  });
});
