import fc from '../setup/property.js';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../src/product/reject.js';
import { readPrice } from '../../src/product/price.js';
import { storedProducts, useCatalogue } from '../setup/catalogue.js';
import { loadText } from '../setup/load.js';
import { lines, read } from '../product/reading.js';

const db = useCatalogue();
const prices = async () => (await storedProducts(db())).map(({ sku, price }) => [sku, price]);

function price(text: string, rounds = false): string | null {
  const result = readPrice(text, { mark: 'auto', rounds, isOfFile: true });
  return result instanceof Fault ? result.code : result;
}

function advice(text: string, mark: 'auto' | '.' | ',' = 'auto'): string {
  const result = readPrice(text, { mark, rounds: false, isOfFile: true });
  return result instanceof Fault ? result.error : '';
}

/** The texts of shops and price lists, with the price that a person reads; null: none, or refused. */
const texts: [string, string | null][] = [
  ...(['12,50 €', '€ 12,50', '12.50 GBP', 'GBP12.50', '£12.50', ' 12,50 €'].map((text) => [
    text,
    '12.5',
  ]) as [string, string][]),
  ['1.234,50 €', '1234.5'],
  ["1'234.50", '1234.5'],
  ["CHF 1'234.50", '1234.5'],
  ['1’234.50', '1234.5'],
  ['1’234’567.85', '1234567.85'],
  ...(['12.–', '12.-', '12,-', '12,-- €', '12,–', '12.—', 'CHF 12.-', '12.- Fr.', '€ 12,-'].map(
    (text) => [text, '12'],
  ) as [string, string][]),
  ['1.299,- €', '1299'],
  ["CHF 1'299.-", '1299'],
  ['1 299,–', '1299'],
  ['Fr. 9.90', '9.9'],
  ['R$ 1.234,56', '1234.56'],
  ['1 234,56 zł', '1234.56'],
  ['kr 1 234,50', '1234.5'],
  ['1,299.00 USD', '1299'],
  ['USD 19.99', '19.99'],
  ['19.99USD', '19.99'],
  ['$19.99 USD', '19.99'],
  ['US $19.99', '19.99'],
  ['AU$19.99', '19.99'],
  ['₹1,499.00', '1499'],
  ['1,23,456.78', '123456.78'],
  ['1.234.567', '1234567'],
  ['12,345,678', '12345678'],
  ['PKR 500', '500'],
  ['5 €', '5'],
  ['$ 5', '5'],
  ['2,5', '2.5'],
  ['2,5000', '2.5'],
  ['0,999', '0.999'],
  ['1234.567', '1234.567'],
  ['34.000000', '34'],
  ...([
    ...['99¢', '5 ¢', '¢5', '50p', '12,50€*', '12.00.-', '1.299.-', '12.50 ex VAT', '12.50+VAT'],
    ...['from 9.99', 'ab 12,50 €', '9.99/ea', '12,50 €/Stk', '12.50 per m', '9.99 - 14.99'],
    ...['(5.00)', '1.5E+2', '1e3', '12.3.4', '12 50', '12€50', '1.250 KD', '=12.50', 'Rs. 1,499/-'],
    ...[
      '12.50 EUR inkl. MwSt.',
      '€12.50 (ex BTW)',
      '12,50 EUR / 100 Stk',
      '12-',
      '12.5-',
      '12,-50',
    ],
  ].map((text) => [text, null]) as [string, null][]),
];

describe('a price of a list', () => {
  it.each(texts)('%s is %s', (text, expected) => {
    expect(price(text)).toBe(expected ?? 'price_invalid');
  });

  it.each(['£1,299', '¥1,200', '1.299', '1,299', '2,500', '123.456', '1,200 JPY'])(
    'stays ambiguous: %s',
    (text) => {
      expect(price(text)).toBe('price_ambiguous');
    },
  );

  it.each([
    ...['POA', 'P.O.A.', 'on request', 'auf Anfrage', 'sur demande', 'su richiesta', 'TBC', 'n/a'],
    ...['N/A', '-', '--', '—', 'free', 'gratis', 'variable', 'NULL', 'SOLD', "don't ask", '€'],
  ])('of the words %s alone names the option that takes them for blank', (text) => {
    expect(price(text)).toBe('price_invalid');
    const option = /--null '(price=.*)'$/su.exec(advice(text))![1]!.replaceAll(`'\\''`, "'");
    const rows = lines(['sku', 'name', 'price'], ['A', 'Cup', text]);
    expect(read(rows, { nullWords: [option] }).products).toMatchObject([{ price: null }]);
    expect(advice(text)).not.toContain('--decimal');
  });

  it.each(['½', '¾ €', '²'])('of %s proposes no blank: it is a number', (text) => {
    expect(price(text)).toBe('price_invalid');
    expect(advice(text)).not.toContain('--null');
  });

  it('names --decimal only where that makes a price of it', () => {
    expect(advice('12,50', '.')).toContain('--decimal auto');
    expect(advice('1.234', '.')).toBe('');
    expect(advice('9.99/ea')).not.toContain('--decimal');
    expect(advice('(5.00)')).not.toContain('--decimal');
  });

  it('with a dash for its decimals has none beside it', () => {
    expect(readPrice('1,299.-', { mark: ',', rounds: false, isOfFile: true })).toMatchObject({
      code: 'price_invalid',
    });
    expect(readPrice('1.299,-', { mark: ',', rounds: false, isOfFile: true })).toBe('1299');
  });
});

describe('a price of more than four decimals', () => {
  it.each([
    ['20.833333', '20.8333'],
    ['9.95652', '9.9565'],
    ['83.99159663865546', '83.9916'],
    ['0,00005', '0.0001'],
    ['999,999.99995', '1000000'],
  ])('is rounded half up under --round-prices, else out of range: %s', (text, expected) => {
    expect(price(text)).toBe('out_of_range');
    expect(advice(text)).toContain('--round-prices');
    expect(price(text, true)).toBe(expected);
  });

  it('is out of range where it would be nothing, or too much', () => {
    expect(price('0.00004', true)).toBe('out_of_range');
    expect(price('0.00000', true)).toBe('0');
    expect(price('999999999999.99999', true)).toBe('out_of_range');
  });

  it('is what exact arithmetic makes of it', () => {
    const digits = fc.bigInt({ min: 1_000_000n, max: 10n ** 16n });
    fc.assert(
      fc.property(digits, fc.integer({ min: 5, max: 9 }), (number, places) => {
        const scale = 10n ** BigInt(places - 4);
        const rounded = number / scale + ((number % scale) * 2n >= scale ? 1n : 0n);
        const text = number.toString().padStart(places + 1, '0');
        const written = `${text.slice(0, -places)}.${text.slice(-places)}`;
        const [whole, part] = [rounded / 10_000n, String(rounded % 10_000n).padStart(4, '0')];
        const plain = `${whole}.${part}`.replace(/\.?0+$/, '');
        expect(price(written, true)).toBe(plain);
      }),
    );
  });

  it('is rounded by itself where a workbook has it as a number, and counted', () => {
    const cell = (text: string) => ({ kind: 'number' as const, text, format: null });
    const table = [
      ['sku', 'name', 'price'],
      ['A', 'Cup', cell('8.33333333333333')],
      ['B', 'Mug', cell('8.33')],
      ['C', '', cell('8.33333')],
      ['D', 'Pot', cell('0.00001')],
    ];
    const { products, warnings, rejects } = read(lines(...table), { isText: false });
    expect(products.map((product) => product.price)).toEqual(['8.3333', '8.33']);
    expect(rejects.map(({ code }) => code)).toEqual(['required', 'out_of_range']);
    expect(warnings.join()).toContain('One price was rounded to four decimals');
  });

  it('is counted in the report', async () => {
    const file = 'sku;name;price\nA;Lampe;20.833333\nB;Tisch;16.510000\nC;Stuhl;8.264463\n';
    const { exitCode, report } = await loadText(db(), file, '--round-prices');
    expect([exitCode, report.pricesRounded]).toEqual([0, 2]);
    expect(report.notes).toContain('2 prices were rounded to four decimals');
    expect(await prices()).toEqual([
      ['A', '20.8333'],
      ['B', '16.5100'],
      ['C', '8.2645'],
    ]);
    expect((await loadText(db(), file)).report).toMatchObject({
      pricesRounded: 0,
      rows: { rejected: 2 },
    });
  });
});

describe('any price', () => {
  const styles = fc.record({
    whole: fc.integer({ min: 0, max: 999_999_999 }),
    cents: fc.integer({ min: 0, max: 99 }),
    marks: fc.constantFrom(...[',.', '.,', ' .', ' ,', "'.", '’,', '\u202f,', '\u00a0.']),
    isGrouped: fc.boolean(),
    decimals: fc.constantFrom('none', 'two', 'four', 'dash', 'en dash', 'dashes'),
    money: fc.constantFrom('', '€', 'EUR', '$', 'CHF', 'Fr.', 'zł', 'kr', 'US$', '¢', 'p', '%'),
    gap: fc.constantFrom('', ' ', '\u00a0'),
    isBefore: fc.boolean(),
  });

  it('comes back as itself in every notation, or is refused; never as another number', () => {
    fc.assert(
      fc.property(styles, ({ whole, cents, marks, isGrouped, decimals, money, gap, isBefore }) => {
        const [group, mark] = [...marks] as [string, string];
        const digits = String(whole);
        const front = isGrouped ? digits.replace(/\B(?=(\d{3})+$)/g, group) : digits;
        const two = String(cents).padStart(2, '0');
        const tails: Record<string, string> = {
          none: '',
          two: mark + two,
          four: `${mark}${two}37`,
          dash: `${mark}-`,
          'en dash': `${mark}–`,
          dashes: `${mark}--`,
        };
        const number = front + tails[decimals]!;
        const written = isBefore ? `${money}${gap}${number}` : `${number}${gap}${money}`;
        const fraction = decimals === 'two' ? two : decimals === 'four' ? `${two}37` : '';
        const right = `${whole}.${fraction}`.replace(/\.?0*$/, '');
        const result = price(written);
        if (result?.startsWith('price_')) return;
        expect([written, result]).toEqual([written, right]);
      }),
      { numRuns: 3000 },
    );
  });
});
