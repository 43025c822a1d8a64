import { readdirSync, readFileSync } from 'node:fs';
import fc from '../setup/property.js';
import { describe, expect, it } from 'vitest';
import { builtInProfiles } from '../../src/product/profile.js';
import { parseProfile } from '../../src/product/profile-file.js';
import { complaints, lines, read } from './reading.js';

const folder = new URL('../../src/product/profiles/', import.meta.url);

describe('each profile of ours', () => {
  const files = readdirSync(folder);

  it.each(files)('%s holds to the rules for profiles of one’s own', (file) => {
    const text = readFileSync(new URL(file, folder), 'utf8');
    expect(parseProfile(text, file).name).toBe(file.replace('.json', ''));
    expect((JSON.parse(text) as { recognise: string[][] }).recognise.length).toBeGreaterThan(0);
  });

  it('is among the built-in ones', () => {
    expect(
      builtInProfiles()
        .map(({ name }) => `${name}.json`)
        .sort(),
    ).toEqual(files.sort());
  });
});

const acme = (extra: object) => parseProfile(JSON.stringify(extra), 'acme.json');
const summary = (reading: ReturnType<typeof read>) =>
  reading.products.map(({ sku, name, price }) => [sku, name, price]);

describe('rows that a profile skips', () => {
  const header = ['sku', 'store', 'name', 'price'];
  const rule = { when: { store: '*' }, unless: { store: ['default', 'all'] }, say: 'translated' };

  it('are neither products nor rejects, and are told in one note', () => {
    const table = lines(
      header,
      ['A1', '', 'Bag', '9'],
      ['A1', 'de', 'Tasche', ''],
      ['A2', 'Default', 'Cup', '2'],
      ['', 'fr', '', ''],
    );
    const reading = read(table, { profile: acme({ skip: [rule] }) });
    expect(summary(reading)).toEqual([
      ['A1', 'Bag', '9'],
      ['A2', 'Cup', '2'],
    ]);
    expect(reading.rejects).toEqual([]);
    expect(reading.skipped).toEqual([3, 5]);
    expect(reading.warnings).toEqual(['2 rows are skipped: translated']);
  });

  it('may be only those whose SKU has come before, in any case', () => {
    const again = { skip: [{ when: { store: '*' }, again: true, say: 'again' }] };
    const table = lines(
      header,
      ['A1', 'en', 'Bag', '9'],
      ['A2', 'en', 'Cup', 'x'],
      ['a1', 'de', 'Tasche', ''],
      ['A2', 'de', 'Tasse', ''],
      ['A3', 'de', 'Topf', ''],
    );
    const reading = read(table, { profile: acme(again) });
    expect(reading.skipped).toEqual([4, 5]);
    expect(summary(reading).map(([sku]) => sku)).toEqual(['A1', 'A3']);
    expect(complaints(reading)).toEqual(['price: price_invalid']);
  });

  it('may be told by a field, and columns that are not there are blank', () => {
    const profile = acme({
      map: { Code: 'sku' },
      skip: [{ when: { sku: '', name: '', Vendor: '' }, say: 'more' }],
    });
    const rows = lines(['Code', 'name', 'price'], ['', '', '5'], ['', 'Cup', '5'], ['', '', '']);
    const reading = read(rows, { profile });
    expect(reading.skipped).toEqual([2]);
    expect(complaints(reading)).toEqual(['sku: required']);
  });

  it('may be told by a part of a text', () => {
    const profile = acme({ skip: [{ when: { sku: '*,*' }, say: 'several SKUs' }] });
    const rows = lines(['sku', 'name'], ['A1,A2', 'Cup'], ['A.3', 'Cup']);
    expect(read(rows, { profile }).skipped).toEqual([2]);
  });

  it('still say what the rows below them have in common', () => {
    const profile = acme({
      fillDown: { by: 'group', columns: ['name'] },
      skip: [{ when: { sku: '', name: '*' }, say: 'no SKU' }],
    });
    const rows = lines(['group', 'sku', 'name'], ['g', '', 'Machine'], ['g', 'A1', '']);
    expect(summary(read(rows, { profile }))).toEqual([['A1', 'Machine', null]]);
  });
});

describe('several columns that fit one header of a profile', () => {
  const header = ['variant sku', 'name', 'product type', 'charge taxes'];
  const priced = (...channels: string[]) =>
    read(
      lines(
        [...header, ...channels.map((channel) => `${channel} (channel price amount)`)],
        ['A1', 'Juice', 'Drinks', 'True', ...channels.map((_, at) => `${at + 4}.500`)],
      ),
    );

  it('fill no price, which is said with the way to choose', () => {
    const { products, plan } = priced('web-eur', 'web-pln');
    expect(products[0]).toMatchObject({ sku: 'A1', price: null });
    const note = plan.notes.find((each) => each.includes('differ in their channel'));
    expect(note).toContain('--map "web-eur (channel price amount)=price"');
    expect(note).toContain('--map "web-pln (channel price amount)=price"');
  });
});

describe('action words of a profile', () => {
  const profile = acme({
    map: { Command: 'action', 'Variant Command': 'action' },
    actionWords: { NEW: 'add', Merge: 'upsert', REMOVE: 'delete', IGNORE: 'skip' },
  });
  const header = ['sku', 'name', 'Command', 'Variant Command'];
  const actionOf = (...words: string[]) => {
    const { products, skipped } = read(lines(header, ['A1', 'Cup', ...words]), { profile });
    return skipped.length > 0 ? 'skip' : products[0]?.action;
  };

  it.each([
    [['new', ''], 'add'],
    [['MERGE', 'New'], 'upsert'],
    [['', 'Remove'], 'delete'],
    [['Merge', 'remove'], 'delete'],
    [['remove', 'ignore'], 'skip'],
    [['', ''], 'upsert'],
    [['update', ''], 'update'],
  ])('of %j mean %s', (words, action) => {
    expect(actionOf(...words)).toBe(action);
  });

  it('that nobody knows reject the row', () => {
    const reading = read(lines(header, ['A1', 'Cup', 'BURN', '']), { profile });
    expect(complaints(reading)).toEqual(['action: action_invalid']);
  });

  it('that skip rows are told with their number', () => {
    const rows = lines(header, ['A1', 'Cup', 'IGNORE', ''], ['', '', 'IGNORE', '']);
    expect(read(rows, { profile }).warnings).toEqual(['2 rows are skipped: the action is IGNORE']);
  });
});

describe('cells that a profile takes from elsewhere', () => {
  it('come from another column of the row where their own is blank', () => {
    const profile = acme({
      map: { 'variation sku': 'sku' },
      fillFrom: { 'variation sku': 'product sku' },
    });
    const rows = lines(
      ['product sku', 'variation sku', 'name'],
      ['P', '', 'Scarf'],
      ['P', 'V', 'Scarf'],
    );
    expect(summary(read(rows, { profile })).map(([sku]) => sku)).toEqual(['P', 'V']);
  });

  it('are rejected as they stand in the file', () => {
    const profile = acme({ fillFrom: { sku: 'code' } });
    const rows = lines(['code', 'sku', 'name', 'price'], ['P', '', 'Scarf', 'x']);
    expect(read(rows, { profile }).rejects[0]?.cells).toEqual(['P', '', 'Scarf', 'x']);
  });

  it('come from the row that begins the product, wherever no column tells the rows apart', () => {
    const profile = acme({ fillDown: { startsWith: { name: '*' }, columns: ['name', 'price'] } });
    const rows = lines(
      ['name', 'sku', 'price'],
      ['Cup', 'C1', '1'],
      ['', 'C2', ''],
      ['Pot', 'P1', ''],
      ['', 'P2', '7'],
      ['', 'P3', ''],
    );
    expect(summary(read(rows, { profile }))).toEqual([
      ['C1', 'Cup', '1'],
      ['C2', 'Cup', '1'],
      ['P1', 'Pot', null],
      ['P2', 'Pot', '7'],
      ['P3', 'Pot', '7'],
    ]);
  });

  it('come from rows further above too, and by the first filled of several columns', () => {
    const profile = acme({ fillDown: { by: ['parent', 'id'], columns: ['name'] } });
    const rows = lines(
      ['id', 'parent', 'sku', 'name'],
      ['1', '', 'A', 'Cup'],
      ['2', '', 'B', 'Pot'],
      ['3', '1', 'A-1', ''],
      ['4', '2', 'B-1', ''],
    );
    expect(summary(read(rows, { profile })).map(([, name]) => name)).toEqual([
      ...['Cup', 'Pot', 'Cup', 'Pot'],
    ]);
  });

  it('are filled only in the rows for which that is right', () => {
    const profile = acme({
      fillDown: {
        by: 'id',
        columns: ['name', 'price'],
        only: { price: { surcharge: ['', '0'] } },
      },
    });
    const rows = lines(
      ['id', 'sku', 'name', 'price', 'surcharge'],
      ['1', 'A', 'Cup', '9', ''],
      ['1', 'A-1', '', '', '0'],
      ['1', 'A-2', '', '', '5'],
    );
    expect(summary(read(rows, { profile })).map(([, , price]) => price)).toEqual(['9', '9', null]);
  });

  it('get line breaks for \\n, and \\n for \\\\n, as the export wrote them', () => {
    const profile = acme({ lineBreaks: ['description', 'note'] });
    const text = fc.string({ unit: fc.constantFrom('\n', 'n', 'a', ' ') });
    fc.assert(
      fc.property(text, text, (description, note) => {
        const written = [description, note].map((each) => each.replaceAll('\n', '\\n'));
        const rows = lines(['sku', 'name', 'description', 'note'], ['A', 'Cup', ...written]);
        const [product] = read(rows, { profile }).products;
        expect(product?.description ?? '').toBe(description.trim() === '' ? '' : description);
      }),
    );
    const rows = lines(['sku', 'name', 'note'], ['A', 'Cup', 'a\\nb\\\\nc\\t']);
    expect(read(rows, { profile }).products[0]?.attributes).toEqual({ note: 'a\nb\\nc\\t' });
  });
});
