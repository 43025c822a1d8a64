import fc from '../setup/property.js';
import { describe, expect, it } from 'vitest';
import { complaints, lines, planOf, read } from './reading.js';

const url = (n: number | string) => `https://i.test/${n}.jpg`;
const imagesOf = (header: string[], ...cells: string[]) =>
  read(lines(['sku', 'name', ...header], ['A1', 'Frame', ...cells])).products[0]?.images;

describe('images in several columns', () => {
  it.each([
    [['image_1', 'image_2', 'image_3']],
    [['Image 1', 'Image 2', 'Image 10']],
    [['IMAGE1', 'IMAGE2', 'IMAGE3']],
    [['image1_src', 'image2_src', 'image3_src']],
    [['Main Image URL', 'Other Image URL1', 'Other Image URL2']],
    [['image_link', 'additional_image_link', 'additional image link 2']],
    [['Product Image File - 1', 'Product Image File - 2', 'Product Image File - 3']],
  ])('are all taken in their order: %j', (header) => {
    expect(imagesOf(header, url(1), url(2), url(3))).toEqual([url(1), url(2), url(3)]);
  });

  it('begin with the main one, and go by number, wherever the columns stand', () => {
    const header = ['additional_images', 'image 2', 'image', 'image 1'];
    const found = imagesOf(header, url('more'), url(2), url('main'), url(1));
    expect(found).toEqual([url('main'), url(1), url(2), url('more')]);
  });

  it('are taken once where two columns name the same', () => {
    expect(imagesOf(['image', 'additional_images'], url(1), `${url(1)},${url(2)}`)).toEqual([
      url(1),
      url(2),
    ]);
  });

  it('are blank where all of the columns are, and absent where none is there', () => {
    const rows = lines(
      ['sku', 'name', 'image 1', 'image 2'],
      ['A1', 'Frame', '', ''],
      ['A2', 'Frame'],
      ['A3', 'Frame', url(1)],
    );
    expect(read(rows).products.map(({ images, absent }) => [images, absent])).toEqual([
      [null, []],
      [null, ['images']],
      [[url(1)], []],
    ]);
  });

  it('keep each path in the attributes, with one warning for a row', () => {
    const rows = lines(['sku', 'name', 'image 1', 'image 2'], ['A1', 'Frame', 'a.jpg', 'b.jpg']);
    const { products, warnings } = read(rows);
    expect(products[0]?.attributes).toEqual({ 'image 1': 'a.jpg', 'image 2': 'b.jpg' });
    expect(products[0]?.absent).toEqual(['images']);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('One row names images by a path');
  });

  it('reject the row for one address that is none', () => {
    const rows = lines(['sku', 'name', 'image 1', 'image 2'], ['A1', 'F', url(1), 'ftp://a.test']);
    expect(complaints(read(rows))).toEqual(['images: url_invalid']);
  });

  it('are those that --map names, and no others', () => {
    const header = ['sku', 'name', 'front', 'back', 'image 1'];
    const map = ['front=images', 'back=images'];
    const rows = lines(header, ['A1', 'Frame', url(1), url(2), url(3)]);
    expect(read(rows, { map }).products[0]).toMatchObject({
      images: [url(1), url(2)],
      attributes: { 'image 1': url(3) },
    });
  });

  it('are not what only stands beside an image', () => {
    const beside = ['Image 1 alt', 'Image Position 1', 'image_1_width', 'Variant Image 1'];
    const { columns } = planOf(lines(['sku', 'name', ...beside]));
    expect(columns.filter(({ field }) => field === 'images')).toEqual([]);
  });

  it('come back in order, however many there are and whichever are blank', () => {
    const cells = fc.array(fc.option(fc.nat(9), { nil: null }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(cells, (numbers) => {
        const header = numbers.map((_, place) => `Image ${place + 1}`);
        const texts = numbers.map((n) => (n === null ? '' : url(n)));
        const meant = [...new Set(texts.filter(Boolean))];
        expect(imagesOf(header, ...texts)).toEqual(meant.length === 0 ? null : meant);
      }),
    );
  });
});
