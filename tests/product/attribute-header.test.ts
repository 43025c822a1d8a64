import { describe, expect, it } from 'vitest';
import { attributeHeader, namedAttribute } from '../../src/product/attributes.js';
import { createParser } from '../../src/product/parse.js';
import { planReading } from '../../src/product/plan.js';
import type { ParsedProduct } from '../../src/product/product.js';

/** The products of rows whose first one is the header. */
function read(...rows: string[][]): ParsedProduct[] {
  const source = rows.map((cells, place) => ({ rowNumber: place + 1, line: place + 1, cells }));
  const [header, ...data] = source;
  const options = { headerRow: 'auto', map: [], profile: 'auto', extra: 'keep' } as const;
  const parser = createParser(planReading([header!], options), {
    ...{ action: 'upsert', decimal: 'auto', owner: null, allowMangled: false },
    ...{ isText: true, stripsGuards: true, roundsPrices: false },
  });
  const products: ParsedProduct[] = [];
  const sink = {
    product: (product: ParsedProduct) => void products.push(product),
    reject: (rejects: unknown) => expect.fail(JSON.stringify(rejects)),
    skipped: () => undefined,
  };
  for (const row of data) parser.push(row, sink);
  parser.finish(sink);
  return products;
}

describe('the header of an attribute', () => {
  it('is its own name where that means nothing else', () => {
    expect(attributeHeader('Color')).toBe('Color');
  });

  it.each(['title', 'PRICE', 'action', '_row', 'attributes', 'attributes.x', 'Handle', 'UGS'])(
    'says that %s is one, which a load would take for something else',
    (name) => {
      expect(attributeHeader(name)).toBe(`attributes.${name}`);
      expect(namedAttribute(attributeHeader(name)!)).toBe(name);
    },
  );

  it.each(['', ' x', 'x\n', '\ufeffx'])('can not keep %j as it is', (name) => {
    expect(attributeHeader(name)).toBeNull();
  });
});

describe('a column named attributes.title', () => {
  it('fills the attribute title beside the column title', () => {
    const [product] = read(['sku', 'title', 'attributes.title'], ['A', 'Chair', 'Dr']);
    expect(product).toMatchObject({ name: 'Chair', attributes: { title: 'Dr' } });
  });
});

describe('a column named attributes', () => {
  it('fills attributes from a JSON object', () => {
    const [product] = read(
      ['sku', 'name', 'Color', 'attributes'],
      ['A', 'Chair', 'red', '{"Size":"L","Weight":1.5}'],
    );
    expect(product!.attributes).toEqual({ Color: 'red', Size: 'L', Weight: '1.5' });
  });

  it.each(['red', '{"Size":', '[1]', '{"Size":"\\u0000"}', '{"Size":"\\ud800"}'])(
    'is an attribute of that name where it holds %j',
    (text) => {
      const [product] = read(['sku', 'name', 'attributes'], ['A', 'Chair', text]);
      expect(product!.attributes).toEqual({ attributes: text });
    },
  );
});
