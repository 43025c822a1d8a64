import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { addProducts, updateProducts } from '../../src/catalog/change.js';
import { listFields, removeField } from '../../src/catalog/field.js';
import { listPage, streamProducts } from '../../src/catalog/list.js';
import { isNear } from '../../src/catalog/page.js';
import { filterParts, filterValues, readConditions, whereSql } from '../../src/catalog/where.js';
import { cursorAfter, readSortKey, stretchesOf } from '../../src/catalog/sort.js';
import { toProduct } from '../../src/catalog/schema.js';
import { comparablesOf } from '../../src/catalog/view.js';
import { readNewProducts, readPatches } from '../../src/catalog/written.js';
import { fieldAdd } from '../../src/commands/field/add.js';
import { fieldRemove } from '../../src/commands/field/remove.js';
import { fieldUpdate } from '../../src/commands/field/update.js';
import type { ChangedField } from '../../src/commands/field/options.js';
import { productUpdate } from '../../src/commands/product/update.js';
import { undo } from '../../src/commands/undo.js';
import {
  insertProduct,
  someoneWaits,
  storedProduct,
  storedProducts,
  useCatalogue,
  whileLocked,
} from '../setup/catalogue.js';
import { loadText, runCommand } from '../setup/load.js';
import fc from '../setup/property.js';

const db = useCatalogue();
const odd = toProduct({
  id: '1',
  sku: 'Ä-1',
  name: 'odd',
  description: null,
  price: null,
  active: true,
  owner: null,
  images: [],
  compressed_images: [],
  attributes: { stock: 5, brand: 'Acme' },
  created_at: new Date(0),
  updated_at: new Date(0),
});
const { signal } = new AbortController();
const change = { waitMs: 1000, signal, dateOrder: 'ymd', strict: false, asked: true } as const;

const field = (...words: string[]) =>
  runCommand<ChangedField | ChangedField[]>(db(), fieldAdd, words);
const added = async (...words: string[]) => {
  const { result, error } = await field(...words);
  expect(error).toBeNull();
  return [result!].flat()[0]!;
};
const attributes = async () =>
  Object.fromEntries((await storedProducts(db())).map((each) => [each.sku, each.attributes]));

afterEach(async () => {
  for (const { name } of await listFields(db().session)) {
    await removeField(db().session, name, change);
  }
});

describe('a field', () => {
  it('makes typed values of what a file has, and rejects what is none', async () => {
    await added('stock');
    const { report, exitCode } = await loadText(
      db(),
      'sku,name,Bestand\nA-1,a,12\nA-2,b,-4\nA-3,c,n/a\nA-4,d,\n',
    );
    expect(exitCode).toBe(3);
    expect(report.failedRows).toMatchObject([
      { rowNumber: 4, column: 'stock', value: 'n/a', code: 'number_invalid' },
    ]);
    expect(await attributes()).toEqual({ 'A-1': { stock: 12 }, 'A-2': { stock: -4 }, 'A-4': {} });
  });

  it('takes the decimal mark that its column shows beyond doubt', async () => {
    await added('weight');
    const { exitCode } = await loadText(db(), 'sku;name;weight\nA;a;1,234\nB;b;2,5\n');
    expect(exitCode).toBe(0);
    expect(await attributes()).toEqual({ A: { weight: 1.234 }, B: { weight: 2.5 } });
    const { report } = await loadText(db(), 'sku;name;weight\nC;c;1,234\n');
    expect(report.failedRows).toMatchObject([{ code: 'number_invalid' }]);
  });

  it('stays where a cell is blank, and goes under --blank clear', async () => {
    await added('stock');
    await loadText(db(), 'sku,name,stock\nA,a,1\nB,b,2\n');
    await loadText(db(), 'sku,name,stock\nA,a,\nB,b,\n');
    expect((await storedProduct(db(), 'A')).attributes).toEqual({ stock: 1 });
    await loadText(db(), 'sku,name,stock\nA,a,\n', '--blank clear');
    expect((await storedProduct(db(), 'A')).attributes).toEqual({});
    expect((await storedProduct(db(), 'B')).attributes).toEqual({ stock: 2 });
  });

  it('finds a product unchanged whose value is the same', async () => {
    await added('cost');
    await loadText(db(), 'sku,name,cost\nA,a,"9,90"\n');
    const { report } = await loadText(db(), 'sku,name,cost\nA,a,9.9 EUR\n');
    expect(report.products).toMatchObject({ unchanged: 1, updated: 0 });
  });

  it('that is required is asked for where a row may insert', async () => {
    await loadText(db(), 'sku,name\nOLD,old\n');
    await added('stock', '--required');
    const blank = await loadText(db(), 'sku,name,stock\nA,a,\nB,b,1\n');
    expect(blank.report.failedRows).toMatchObject([{ column: 'stock', code: 'required' }]);
    const lacking = await loadText(db(), 'sku,name\nC,c\nOLD,new\n');
    expect(lacking.exitCode).toBe(3);
    expect(lacking.report.failedRows).toMatchObject([
      { rowNumber: 2, column: 'stock', code: 'required', error: 'Missing required field: stock' },
    ]);
    expect(lacking.report.products).toMatchObject({ updated: 1, inserted: 0 });
    const dry = await loadText(db(), 'sku,name\nC,c\nOLD,new\n', '--dry-run');
    expect(dry.report.failedRows).toMatchObject([{ column: 'stock', code: 'required' }]);
  });

  it('is part of what --skip-loaded remembers', async () => {
    const file = 'sku,name,stock\nA,a,1\n';
    await loadText(db(), file, '--skip-loaded');
    expect((await loadText(db(), file, '--skip-loaded')).report.status).toBe('skipped');
    await added('stock', '--yes');
    expect((await loadText(db(), file, '--skip-loaded')).report.status).toBe('completed');
    expect((await loadText(db(), file, '--skip-loaded')).report.status).toBe('skipped');
  });

  it.each([
    [['Stock'], /no name for a field/],
    [['2nd'], /no name for a field/],
    [['a'.repeat(64)], /no name for a field/],
    [['price', '--type', 'money'], /Every product has price/],
    [['size_2'], /Give --type/],
    [['stock', '--choices', 'a,b'], /they are for a field of type choice/],
    [['state', '--type', 'choice'], /A choice needs/],
    [['state', '--type', 'choice', '--choices', 'a,A'], /comes twice/],
    [['stock', '--min', 'x'], /--min "x"/],
    [['stock', '--min', '5', '--max', '4'], /no value would fit/],
    [['brand', '--max', '4'], /has no limits/],
    [['brand', '--decimal', ','], /no decimal mark/],
    [['stock', '--alias', 'Preis'], /fills price/],
  ])('is refused: %j', async (words, message) => {
    const { exitCode, error } = await field(...words);
    expect(exitCode).toBe(2);
    expect(error!.message).toMatch(message);
    expect(await listFields(db().session)).toEqual([]);
  });

  it('is added once', async () => {
    await added('stock');
    expect(await field('stock')).toMatchObject({ exitCode: 1, error: { code: 'field_exists' } });
    expect(await runCommand(db(), fieldUpdate, ['stok', '--min', '1'])).toMatchObject({
      exitCode: 6,
      error: { code: 'field_not_found' },
    });
  });
});

describe('adding a field over stored values', () => {
  beforeEach(async () => {
    const updated_at = new Date('2026-01-01T00:00:00Z');
    const stored: [string, Record<string, unknown>][] = [
      ['A', { stock: '5', other: 'x' }],
      ['B', { Bestand: '7' }],
      ['C', { stock: 'n/a' }],
      ['D', { stock: '', Bestand: '8' }],
      ['E', { other: 'y' }],
      ['F', { stock: 6 }],
    ];
    for (const [sku, attributes] of stored) {
      await insertProduct(db(), { sku, name: sku, attributes, updated_at });
    }
  });

  it('asks, converts what fits, lists what does not, and touches nothing else', async () => {
    const asked = await field('stock');
    expect(asked).toMatchObject({ exitCode: 2, error: { code: 'needs_yes' } });
    const { exitCode, result } = await field('stock', '--yes');
    expect(exitCode).toBe(3);
    expect(result).toMatchObject({
      unfit: 1,
      examples: [{ sku: 'C', key: 'stock', value: 'n/a' }],
    });
    expect(await attributes()).toEqual({
      A: { stock: 5, other: 'x' },
      B: { stock: 7 },
      C: { stock: 'n/a' },
      D: { stock: 8 },
      E: { other: 'y' },
      F: { stock: 6 },
    });
    for (const { updated_at } of await storedProducts(db())) {
      expect(updated_at).toEqual(new Date('2026-01-01T00:00:00Z'));
    }
  });

  it('leaves values alone where only the index changes', async () => {
    await field('stock', '--yes');
    for (const asked of ['--index', '--no-index']) {
      const { exitCode, result } = await runCommand(db(), fieldUpdate, ['stock', asked]);
      expect(exitCode).toBe(0);
      expect(result).toMatchObject({ isIndexed: asked === '--index', unfit: 0, converted: 0 });
    }
    const { exitCode } = await runCommand(db(), fieldUpdate, ['stock', '--index', '--max', '9']);
    expect(exitCode).toBe(3);
  });

  it('changes nothing under --strict', async () => {
    const before = await storedProducts(db());
    const strict = await field('stock', '--yes', '--strict');
    expect(strict).toMatchObject({ exitCode: 4, error: { code: 'values_unfit' } });
    expect(await storedProducts(db())).toEqual(before);
    expect(await listFields(db().session)).toEqual([]);
  });

  it('is taken back by removing it: values are texts again', async () => {
    await field('stock', '--yes');
    const asked = await runCommand(db(), fieldRemove, ['stock']);
    expect(asked).toMatchObject({ exitCode: 2, error: { code: 'needs_yes' } });
    const removed = await runCommand(db(), fieldRemove, ['stock', '--yes']);
    expect(removed.result).toEqual({ removed: 'stock', converted: 4 });
    expect((await storedProduct(db(), 'A')).attributes).toEqual({ stock: '5', other: 'x' });
  });

  it('looks at values again under other rules, and converts them to another type', async () => {
    await field('stock', '--yes');
    const bounded = await runCommand<ChangedField>(db(), fieldUpdate, ['stock', '--max', '6']);
    expect(bounded.exitCode).toBe(3);
    expect(bounded.result!.examples.map(({ sku }) => sku)).toEqual(['B', 'C', 'D']);
    const typed = ['stock', '--type', 'money'];
    expect(await runCommand(db(), fieldUpdate, typed)).toMatchObject({ exitCode: 2 });
    await runCommand(db(), fieldUpdate, [...typed, '--decimal', ',', '--yes']);
    expect((await storedProduct(db(), 'A')).attributes.stock).toBe('5.00');
    await runCommand(db(), fieldUpdate, ['stock', '--max', '900']);
    expect((await storedProduct(db(), 'A')).attributes.stock).toBe('5.00');
  });
});

describe('undo', () => {
  it('takes a load back though a field has converted what it wrote', async () => {
    await loadText(db(), 'sku,name,stock\nA,a,5\nB,b,x\n');
    await loadText(db(), 'sku,name,stock\nA,a,6\nB,b,x\n', '--record-changes');
    await field('stock', '--yes');
    expect((await storedProduct(db(), 'A')).attributes).toEqual({ stock: 6 });
    const undone = await runCommand(db(), undo, ['last', '--yes']);
    expect(undone.error).toBeNull();
    expect((await storedProduct(db(), 'A')).attributes).toEqual({ stock: 5 });
  });
});

describe('conditions and order by fields', () => {
  beforeEach(async () => {
    for (const name of ['stock', 'weight', 'cost', 'brand', 'tags']) await added(name);
    await added('launch', '--type', 'date');
    await added('fragile', '--type', 'boolean');
    await loadText(
      db(),
      [
        'sku,name,stock,weight,cost,brand,tags,launch,fragile',
        'A,a,5,2.5,9.90,Acme,red|big,2026-01-31,yes',
        'B,b,10,0.75,10.00,acme,red,2025-12-01,no',
        'C,c,-4,2.5,1000.00,Zeta,,2026-02-01,yes',
        'D,d,,,,,,,',
      ].join('\n'),
    );
    await insertProduct(db(), {
      sku: 'E',
      name: 'e',
      attributes: { stock: 'n/a', launch: 'soon', tags: 'red' },
    });
  });

  const own = async () => comparablesOf(await listFields(db().session));
  const found = async (where: string[], sort = 'sku', descending = false) => {
    const key = readSortKey(sort, await own());
    const request = {
      filter: { where: readConditions([...where, 'owner!=somebody else'], await own()) },
      sort: { ...key, descending },
      limit: null,
    };
    const skus: string[] = [];
    for await (const { sku } of streamProducts(db().session, request, signal)) skus.push(sku);
    return skus;
  };

  it.each<[string[], string[]]>([
    [['stock < 5'], ['C']],
    [['stock >= 5'], ['A', 'B']],
    [['stock = 10'], ['B']],
    [['stock != 10'], ['A', 'C', 'D', 'E']],
    [['stock ='], ['D', 'E']],
    [['stock !='], ['A', 'B', 'C']],
    [['weight=2.50', 'stock>0'], ['A']],
    [['cost > 9.9'], ['B', 'C']],
    [['brand = acme'], ['B']],
    [['brand ~ ACM'], ['A', 'B']],
    [['tags = red'], ['A', 'B']],
    [['tags ~ bi'], ['A']],
    [['tags ='], ['C', 'D', 'E']],
    [['launch >= 2026-01-01'], ['A', 'C']],
    [['fragile = yes'], ['A', 'C']],
  ])('%j find %j', async (where, skus) => {
    expect(await found(where)).toEqual(skus);
  });

  it.each<[string, boolean, string[]]>([
    ['stock', false, ['C', 'A', 'B', 'D', 'E']],
    ['stock', true, ['B', 'A', 'C', 'E', 'D']],
    ['cost', false, ['A', 'B', 'C', 'D', 'E']],
    ['launch', false, ['B', 'A', 'C', 'D', 'E']],
    ['fragile', false, ['B', 'A', 'C', 'D', 'E']],
  ])('by %s (descending: %s) come in order, page by page', async (by, descending, skus) => {
    expect(await found([], by, descending)).toEqual(skus);
    for (const limit of [1, 2]) {
      const pages: string[] = [];
      let after: string | undefined;
      do {
        const sort = { ...readSortKey(by, await own()), descending };
        const filter = { where: readConditions(['owner!=somebody else']) };
        const page = await listPage(db().session, { filter, sort, limit, after }, null);
        pages.push(...page.products.map(({ sku }) => sku));
        after = page.next ?? undefined;
      } while (after !== undefined);
      expect(pages).toEqual(skus);
    }
  });

  it('refuse a list as an order, and names that nobody knows', async () => {
    const known = await own();
    expect(() => readSortKey('tags', known)).toThrow('a list has no order');
    expect(() => readSortKey('stok', known)).toThrow('Did you mean stock?');
    expect(() => readConditions(['stok=1'], known)).toThrow('Did you mean stock?');
    expect(() => readConditions(['stock=many'], known)).toThrow('a number');
  });
});

/** As after a first load that no one has analyzed. */
const forgetFields = `
  analyze prodimport.products;
  delete from pg_statistic s using pg_index i
  where i.indrelid = 'prodimport.products'::regclass and s.starelid = i.indexrelid`;

describe('an index', () => {
  it.each([
    ['stock', 'stock < 5'],
    ['brand', 'brand = Acme'],
    ['tags', 'tags = red'],
    ['cost', 'cost >= 10'],
  ])('of %s makes %j an index scan', async (name, where) => {
    await added(name, '--index');
    const { client } = db().session;
    const filter = {
      where: readConditions([where], comparablesOf(await listFields(db().session))),
    };
    const parts = filterParts(filter);
    await client.query('begin');
    // Of one product an index is never worth it.
    await client.query(db().session.text('catalog/ask_indexes'));
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `explain (costs off) ${db().session.text('catalog/count_listed', parts)}`,
      filterValues(filter),
    );
    await client.query('rollback');
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toMatch(
      new RegExp(`(Index Scan|Bitmap Index Scan).*products_field_${name}`),
    );
  });

  it.each([
    ['brand = Acme', 'sku'],
    ['stock = 5', 'sku'],
    ['fragile = no', '-sku'],
    ['stock < 5', 'stock'],
    ['stock < 5', '-stock'],
    ['brand != Acme', 'brand'],
  ])('reads a page of %j in the order of %s without a sort', async (where, by) => {
    const name = by.endsWith('sku') ? where.split(' ')[0]! : by.replace('-', '');
    for (const known of ['brand', 'stock']) await added(known, '--index');
    await added('fragile', '--type', 'boolean', '--index');
    const own = comparablesOf(await listFields(db().session));
    const sort = { ...readSortKey(by.replace('-', ''), own), descending: by.startsWith('-') };
    const filter = { where: readConditions([where], own) };
    const { client } = db().session;
    await client.query('begin');
    await client.query(db().session.text('catalog/ask_indexes'));
    await client.query('set local enable_indexscan = on; set local enable_bitmapscan = off');
    for (const after of [undefined, cursorAfter(sort, odd)]) {
      const { parts, position } = stretchesOf(sort, after)[0]!;
      const near = whereSql(filter.where, (condition) => isNear(condition, sort));
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        `explain (costs off) ${db().session.text('catalog/walk', { ...filterParts(filter), ...parts, near })}`,
        [...filterValues(filter), 50, ...position, 500],
      );
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      // On a cluster each shard gives its page in order, and the coordinator merges them.
      const [whole, ofShard = whole] = plan.split('Task Count');
      expect(ofShard).toContain(`products_field_${name}`);
      expect(ofShard).not.toContain('Sort');
    }
    await client.query('rollback');
  });

  it('finds what comes no later than some product by the entries of the index alone', async () => {
    await added('stock', '--index');
    const own = comparablesOf(await listFields(db().session));
    const sort = { by: 'sku', descending: false };
    const filter = { where: readConditions(['stock < 5'], own) };
    const { client } = db().session;
    const { parts, position, beyond } = stretchesOf(sort, undefined)[0]!;
    const filled = { ...filterParts(filter), ...parts, beyond: beyond('$10', '$11') };
    await client.query('begin');
    await client.query(db().session.text('catalog/ask_indexes'));
    await client.query('set local enable_indexscan = on; set local enable_bitmapscan = off');
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `explain (costs off) ${db().session.text('catalog/found', filled)}`,
      [...filterValues(filter), 50, ...position, 700, null, 'X-1'],
    );
    await client.query('rollback');
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toMatch(
      /Index Scan using products_field_stock.*\n.*Index Cond: .*lower\(sku\) <= 'x-1'/,
    );
  });

  // On a cluster it is a session of a node that knows it.
  it.skipIf(inject('distributed'))(
    'is used by a session that knew it when its function was another one',
    async () => {
      await added('stock', '--index');
      const { session } = db();
      const { client } = session;
      const plan = async () => {
        const { rows } = await client.query(
          `explain select from prodimport.products
         where prodimport.field_number(attributes -> 'stock') < 5`,
        );
        return JSON.stringify(rows);
      };
      await client.query('set enable_seqscan = off');
      expect(await plan()).toContain('products_field_stock');
      try {
        await client.query(
          `create or replace function prodimport.field_number(value jsonb) returns numeric
         language sql immutable as 'select nullif(value, ''null'')::numeric'`,
        );
        expect(await plan()).not.toContain('products_field_stock');
        await client.query(session.text('migrations/0018_known_indexes'));
        expect(await plan()).toContain('products_field_stock');
      } finally {
        await client.query(session.text('migrations/0017_quick_fields'));
        await client.query(session.text('migrations/0018_known_indexes'));
        await client.query('reset enable_seqscan');
      }
    },
  );

  it.each([
    ['nothing of them', 'select'],
    ['only how many there are', forgetFields],
    ['their values', 'analyze prodimport.products'],
  ])('changes nothing of what is found, where the server knows %s', async (_, learn) => {
    for (const name of ['stock', 'cost', 'brand', 'tags']) await added(name, '--index');
    await added('fragile', '--type', 'boolean', '--index');
    const [column, key] = db().session.isDistributed
      ? ['sku_key, ', `'n-' || lpad(n::text, 5, '0'), `]
      : ['', ''];
    // Stock goes with the SKU, and cost with nothing.
    await db().session.client.query(
      `insert into prodimport.products (${column}sku, name, active, attributes)
       select ${key}'N-' || lpad(n::text, 5, '0'), 'n', n % 4 > 0, jsonb_strip_nulls(jsonb_build_object(
         'stock', case when n % 7 > 0 then n / 100 end,
         'cost', case when n % 5 > 0 then to_char(n * 7919 % 1009 / 10.0, 'FM990.00') end,
         'brand', case when n % 3 = 0 then 'Acme' when n > 39990 then 'Rare' end,
         'fragile', case when n % 11 > 0 then n % 60 = 1 end,
         'tags', case when n % 50 = 0 then '["red"]'::jsonb end))
       from generate_series(1, 40000) n`,
    );
    await db().session.client.query(learn);
    const own = comparablesOf(await listFields(db().session));
    // Met by a few products in a hundred: too few to come by, and many to sort.
    const some = ['stock < 12', 'stock >= 390', 'cost < 3', 'cost >= 97', 'fragile = yes'];
    const others = [
      ...['stock < 3', 'stock < 200', 'stock >= 200', 'stock = 4', 'cost < 1', 'cost >= 8'],
      ...['cost = 7.9', 'fragile = no', 'brand = Acme', 'brand = Rare', 'brand =', 'tags = red'],
      ...['tags = blue', 'name ~ n'],
    ];
    const conditions = fc.oneof(fc.constantFrom(...some), fc.constantFrom(...others));
    const lists = fc.record({
      where: fc.uniqueArray(conditions, { minLength: 1, maxLength: 2 }),
      active: fc.constantFrom(undefined, undefined, true),
      by: fc.constantFrom('sku', 'sku', 'stock', 'cost', 'brand', 'fragile', 'name'),
      descending: fc.boolean(),
      limits: fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 4 }),
      // A page may begin anywhere.
      passed: fc.constantFrom(0, 0, 30, 400, 3000),
    });
    await fc.assert(
      fc.asyncProperty(lists, async ({ where, active, by, descending, limits, passed }) => {
        const sort = { ...readSortKey(by, own), descending };
        const request = { filter: { where: readConditions(where, own), active }, sort };
        const most = passed + limits.reduce((sum, limit) => sum + limit, 0);
        const all = [];
        const listed = streamProducts(db().session, { ...request, limit: most }, signal);
        for await (const product of listed) all.push(product);
        const begun = all.slice(0, passed).at(-1);
        let after = begun && cursorAfter(sort, begun);
        const wanted = all.slice(passed).map(({ sku }) => sku);
        const pages: string[] = [];
        for (const limit of limits) {
          const page = await listPage(db().session, { ...request, limit, after }, null);
          pages.push(...page.products.map(({ sku }) => sku));
          after = page.next ?? undefined;
          if (after === undefined) break;
        }
        expect(pages).toEqual(wanted);
      }),
      { numRuns: 50 },
    );
  });

  it('holds texts of any length', async () => {
    await added('brand', '--index');
    const long = (end: string) => `${'é'.repeat(3000)}${end}`;
    await loadText(db(), `sku,name,brand\nA,a,${long('1')}\nB,b,${long('2')}\n`);
    const where = readConditions(
      [`brand=${long('2')}`],
      comparablesOf(await listFields(db().session)),
    );
    const request = { filter: { where }, sort: { by: 'sku', descending: false }, limit: 10 };
    const { products } = await listPage(db().session, request, null);
    expect(products.map(({ sku }) => sku)).toEqual(['B']);
  });
});

describe('a stored value', () => {
  const number = /^-?\d{1,100}(\.\d{1,100})?$/;
  const day = (text: string) => {
    const time = new Date(`${text}T00:00:00Z`);
    const isDay = /^(?!0000)\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(time.getTime());
    return isDay && time.toISOString().startsWith(text) ? text : null;
  };
  const read = async (texts: string[]) =>
    (
      await db().session.client.query<{ text: string; number: string | null; day: string | null }>(
        `select text, prodimport.field_number(to_jsonb(text))::text as number,
           to_char(prodimport.field_date(to_jsonb(text)), 'YYYY-MM-DD') as day
         from unnest($1::text[]) as text`,
        [texts],
      )
    ).rows;

  it('that is no number, or no day of the calendar, is absent and makes nothing fail', async () => {
    const digits = '9'.repeat(100);
    const days = ['0001', '0000', '1900', '2000', '2023', '2024', '9999'].flatMap((year) =>
      Array.from({ length: 14 * 33 }, (_, n) => {
        const [month, date] = [Math.floor(n / 33), n % 33].map((part) =>
          `${part}`.padStart(2, '0'),
        );
        return `${year}-${month}-${date}`;
      }),
    );
    const odd = [
      ...[
        '',
        '-',
        '.',
        '5.',
        '.5',
        '-.5',
        '--5',
        '1-2',
        '+5',
        ' 5',
        '5\n',
        '1e5',
        'NaN',
        'Infinity',
      ],
      ...[
        '0x1F',
        '1_000',
        '1,5',
        '٣',
        digits,
        `-${digits}.${digits}`,
        `${digits}9`,
        `1.${digits}9`,
      ],
      ...[
        '2026-1-05',
        '12026-01-05',
        '-026-01-05',
        '2026-01-5x',
        '2026-01-05 ',
        '20260105',
        'soon',
      ],
      ...['2026/01/05', '٢٠٢٦-01-05', '2026--1-05', '2026-01-0-', '---------'],
    ];
    for (const row of await read([...odd, ...days])) {
      const { text } = row;
      expect(row).toEqual({ text, number: number.test(text) ? text : null, day: day(text) });
    }
  });

  it('means the same, whatever signs it is made of', async () => {
    const texts = fc.array(fc.string({ unit: fc.constantFrom(...'0129-.-'), maxLength: 11 }));
    await fc.assert(
      fc.asyncProperty(texts, async (written) => {
        for (const row of await read(written)) {
          const { text } = row;
          expect(row.day).toBe(day(text));
          expect(row.number === null).toBe(!number.test(text));
        }
      }),
    );
  });

  it('is read in the same way in a session of any settings', async () => {
    const { client } = db().session;
    await client.query(
      `begin; set local datestyle = 'SQL, DMY'; set local timezone = 'Asia/Tokyo'`,
    );
    const rows = await read(['2026-02-01', '2024-02-29']);
    await client.query('rollback');
    expect(rows.map((row) => row.day)).toEqual(['2026-02-01', '2024-02-29']);
  });
});

describe('the view catalogue', () => {
  const rows = async (columns: string) => {
    const { client } = db().session;
    return (await client.query(`select ${columns} from prodimport.catalogue where sku = 'A'`)).rows;
  };

  it('has a typed column for each field, null where a value is not of its type', async () => {
    for (const name of ['stock', 'weight', 'cost', 'tags']) await added(name);
    await added('launch', '--type', 'date');
    await added('fragile', '--type', 'boolean');
    await loadText(
      db(),
      'sku,name,stock,weight,cost,tags,launch,fragile\nA,a,5,2.5,9,x|y,2024-02-29,no\n',
    );
    const columns = 'stock, weight, cost, tags, launch::text, fragile';
    expect(await rows(columns)).toEqual([
      {
        stock: '5',
        weight: '2.5',
        cost: '9.00',
        tags: ['x', 'y'],
        launch: '2024-02-29',
        fragile: false,
      },
    ]);
    const odd = {
      stock: 'x',
      weight: [1],
      cost: 'a',
      tags: { a: 1 },
      launch: '2023-02-29',
      fragile: 'no',
    };
    await db().session.client.query(
      `update prodimport.products set attributes = $1 where sku = 'A'`,
      [odd],
    );
    const none = { stock: null, weight: null, cost: null, tags: null, launch: null, fragile: null };
    expect(await rows(columns)).toEqual([none]);
    await db().session.client.query(
      `update prodimport.products set attributes = '{"stock": 2.5, "launch": "0000-01-01"}' where sku = 'A'`,
    );
    expect(await rows('stock, launch')).toEqual([{ stock: null, launch: null }]);
  });

  it('keeps what it was granted, and is not taken from under a view of others', async () => {
    const { client } = db().session;
    await client.query(
      'create role field_reader; grant select on prodimport.catalogue to field_reader',
    );
    try {
      await added('stock');
      await added('brand');
      await client.query(
        'create view public.low as select sku from prodimport.catalogue where stock < 5',
      );
      const refused = await runCommand(db(), fieldRemove, ['stock', '--yes']);
      expect(refused).toMatchObject({ exitCode: 4, error: { code: 'view_in_use' } });
      expect(refused.error!.message).toContain('low');
      const typed = await runCommand(db(), fieldUpdate, ['stock', '--type', 'text', '--yes']);
      expect(typed).toMatchObject({ exitCode: 4 });
      await added('cost');
      await client.query('drop view public.low');
      await runCommand(db(), fieldRemove, ['stock', '--yes']);
      const { rows: granted } = await client.query(
        `select has_table_privilege('field_reader', 'prodimport.catalogue', 'select') as may`,
      );
      expect(granted).toEqual([{ may: true }]);
    } finally {
      await client.query(
        'drop view if exists public.low; drop owned by field_reader; drop role field_reader',
      );
    }
  });

  it('shows no rows that row security hides', async () => {
    const { client } = db().session;
    await added('stock');
    const { rows: options } = await client.query(
      `select reloptions from pg_class where oid = 'prodimport.catalogue'::regclass`,
    );
    expect(options).toEqual([{ reloptions: ['security_invoker=true'] }]);
  });
});

describe('changes by hand', () => {
  const how = async () => ({
    decimal: '.' as const,
    allowMangled: false,
    fields: await listFields(db().session),
  });

  it('read values by the rules of fields, and say what is wrong', async () => {
    await added('stock', '--required');
    await added('tags');
    const placed = [
      {
        place: null,
        written: { sku: 'A', name: 'a', attributes: { tags: ['x', 'y|z'] } },
        set: [['stock', '5']] as [string, string][],
      },
    ];
    await addProducts(db().session, readNewProducts(placed, await how()), change);
    expect((await storedProduct(db(), 'A')).attributes).toEqual({ stock: 5, tags: ['x', 'y|z'] });
    const patch = async (set: [string, string][]) =>
      readPatches([{ place: null, written: { sku: 'A' }, set }], await how());
    await updateProducts(
      db().session,
      await patch([
        ['stock', '6'],
        ['name', 'b'],
      ]),
      change,
    );
    expect(await storedProduct(db(), 'A')).toMatchObject({ name: 'b', attributes: { stock: 6 } });
    await expect(patch([['stock', 'x']])).rejects.toThrow('"x" is no number');
    await expect(patch([['stock', '']])).rejects.toThrow('Missing required field: stock');
    await expect(patch([['stok', '1']])).rejects.toThrow(
      'There is no such field. Did you mean stock?',
    );
    const lacking = [{ place: null, written: { sku: 'B', name: 'b' } }];
    const fields = await how();
    expect(() => readNewProducts(lacking, fields)).toThrow('Missing required field: stock');
  });

  it('are told of with old and new values of their types', async () => {
    for (const name of ['stock', 'cost', 'tags']) await added(name);
    const before = { stock: 5, cost: '2.50', tags: ['x'] };
    await insertProduct(db(), { sku: 'A', name: 'a', attributes: before });
    const { client } = db().session;
    await client.query(`
      insert into prodimport.endpoints (url, events, secret)
      values ('https://shop.example/hook', '{product.updated}', 'whsec_AAAA')`);
    const set = ['--set', 'stock=6', '--set', 'cost=3', '--set', 'tags=x|y'];
    const { error } = await runCommand(db(), productUpdate, ['A', ...set, '--no-deliver']);
    expect(error).toBeNull();
    const { rows } = await client.query<{ body: string }>('select body from prodimport.deliveries');
    await client.query('delete from prodimport.endpoints');
    const after = { stock: 6, cost: '3.00', tags: ['x', 'y'] };
    expect(rows.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
      { data: { old: { attributes: before }, new: { attributes: after } } },
    ]);
  });

  it('are refused where fields were changed in the moment between', async () => {
    await insertProduct(db(), { sku: 'A', name: 'a' });
    const patches = readPatches(
      [{ place: null, written: { sku: 'A', attributes: { stock: 'x' } } }],
      await how(),
    );
    await added('stock');
    const late = updateProducts(db().session, patches, { ...change, fields: [] });
    await expect(late).rejects.toMatchObject({ code: 'fields_changed' });
  });
});

describe('two clients', () => {
  it('load and add a field one after the other: the load first', async () => {
    await whileLocked(db(), async (release) => {
      const loading = loadText(db(), 'sku,name,stock\nA,a,5\n');
      await someoneWaits(db().session);
      const adding = field('stock', '--yes', '--wait', '30');
      await release();
      expect((await loading).exitCode).toBe(0);
      expect((await adding).error).toBeNull();
    });
    expect((await storedProduct(db(), 'A')).attributes).toEqual({ stock: 5 });
  });

  it('load and add a field one after the other: the field first', async () => {
    await whileLocked(db(), async (release) => {
      const adding = field('stock');
      await someoneWaits(db().session);
      const loading = loadText(db(), 'sku,name,stock\nA,a,5\n');
      await release();
      expect((await adding).error).toBeNull();
      expect((await loading).exitCode).toBe(0);
    });
    expect((await storedProduct(db(), 'A')).attributes).toEqual({ stock: 5 });
  });

  it('that do not wait are told so', async () => {
    await whileLocked(db(), async () => {
      expect(await field('stock', '--no-wait')).toMatchObject({
        exitCode: 4,
        error: { code: 'locked' },
      });
    });
  });
});
