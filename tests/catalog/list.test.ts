import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  filterParts,
  filterValues,
  type ProductFilter,
  readConditions,
} from '../../src/catalog/where.js';
import { countListed, listPage, streamProducts } from '../../src/catalog/list.js';
import { sortKeys, stretchesOf, type Sort, type Stretch } from '../../src/catalog/sort.js';
import { createSearchIndex, dropSearchIndex, searchSchema } from '../../src/db/search-index.js';
import { DatabaseError } from '../../src/errors.js';
import { insertProduct } from '../setup/catalogue.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';

const products = [
  ['A-1', 'Oak chair', null, '10', true, 'acme', '2026-01-01T00:00:00.001Z', '1'],
  ['a-2', 'ash chair', 'of 100% ash', '9.5', false, null, '2026-01-01T00:00:00.003Z', '1'],
  ['B-1', 'Table', 'ÉTABLI oak', null, true, 'acme', '2026-01-01T00:00:00.002Z', '2'],
  ['b-2', null, null, '10', true, null, '2026-01-01T00:00:00.002Z', null],
  ['C_1', 'Table', 'back\\slash', '10.5', true, null, '2026-01-02T00:00:00Z', '2'],
  ['C-2', null, null, null, false, null, '2026-01-02T00:00:00Z', '2'],
] as const;

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  for (const [sku, name, description, price, active, owner, updated, job_id] of products) {
    const updated_at = new Date(updated);
    const images = sku === 'C_1' ? ['https://img.example/1.jpg'] : [];
    const written = { images, sku, name, description, price, active, owner, updated_at, job_id };
    await insertProduct(db, written);
  }
});
afterAll(() => db.drop());

async function skus(filter: ProductFilter, sort: Sort = { by: 'sku', descending: false }) {
  const { signal } = new AbortController();
  const found: string[] = [];
  for await (const { sku } of streamProducts(db.session, { filter, sort, limit: null }, signal)) {
    found.push(sku);
  }
  expect(await countListed(db.session, filter, null)).toBe(found.length);
  return found;
}

/** All pages of `limit` products, one after the other; those of a search by its index. */
async function paged(sort: Sort, limit: number, search?: string): Promise<string[]> {
  const found: string[] = [];
  let after: string | undefined;
  do {
    const request = { filter: { search }, sort, limit, after };
    const page = await listPage(db.session, request, search === undefined ? null : 'public');
    found.push(...page.products.map(({ sku }) => sku));
    after = page.next ?? undefined;
  } while (after !== undefined);
  return found;
}

const sorts = sortKeys.flatMap((by) => [false, true].map((descending) => ({ by, descending })));

describe('conditions', () => {
  test.each<[string[], string[]]>([
    [['price >= 10'], ['A-1', 'b-2', 'C_1']],
    [['price>10'], ['C_1']],
    [['price < 10.00'], ['a-2']],
    [['price=10'], ['A-1', 'b-2']],
    [['price != 10'], ['a-2', 'B-1', 'C-2', 'C_1']],
    [['price='], ['B-1', 'C-2']],
    [['price !='], ['A-1', 'a-2', 'b-2', 'C_1']],
    [['SKU = A-2'], ['a-2']],
    [['sku != b-1'], ['A-1', 'a-2', 'b-2', 'C-2', 'C_1']],
    [['sku ~ _'], ['C_1']],
    [['name = Table'], ['B-1', 'C_1']],
    [['name = table'], []],
    [['name ~ CHAIR'], ['A-1', 'a-2']],
    [['name ~ chair', 'price>=10'], ['A-1']],
    [['description ~ 100%'], ['a-2']],
    [['description ~ back\\slash'], ['C_1']],
    [["name = '; drop table x --"], []],
    [['active = no'], ['a-2', 'C-2']],
    [
      ['active != false', 'owner='],
      ['b-2', 'C_1'],
    ],
    [['owner != acme'], ['a-2', 'b-2', 'C-2', 'C_1']],
    [['updated_at >= 2026-01-02'], ['C-2', 'C_1']],
    [['updated_at < 2026-01-01T00:00:00.002'], ['A-1']],
    [['images = https://img.example/1.jpg'], ['C_1']],
    [['images ~ IMG'], ['C_1']],
    [
      ['images != https://img.example/1.jpg', 'price>9.5'],
      ['A-1', 'b-2'],
    ],
    [['images !='], ['C_1']],
    [
      ['images=', 'active=n'],
      ['a-2', 'C-2'],
    ],
  ])('%j finds %j', async (texts, found) => {
    expect(await skus({ where: readConditions(texts) })).toEqual(found);
  });

  test.each<[string, RegExp]>([
    ['prize>1', /no field "prize"\. Did you mean price\? The fields are id, sku/],
    ['price', /it takes a field, one of/],
    ['price == 1', /it takes a field, one of/],
    ['price <> 1', /it takes a field, one of/],
    ['price > ten', /a number such as 12\.50/],
    ['price > 1,5', /a number such as 12\.50/],
    ['price >', /a value is missing after >/],
    ['price ~ 1', /~ looks into texts/],
    ['active > false', /has no order/],
    ['active = maybe', /true or false/],
    ['updated_at > yesterday', /it takes a day or a time/],
    ['name = a\0b', /NUL/],
  ])('%j is refused', (text, message) => {
    expect(() => readConditions([text])).toThrow(message);
  });
});

describe('a list', () => {
  test('is sorted by SKU, name, price or time, what has none at the end', async () => {
    const sorted = (by: Sort['by'], descending = false) => skus({}, { by, descending });
    expect(await sorted('sku')).toEqual(['A-1', 'a-2', 'B-1', 'b-2', 'C-2', 'C_1']);
    expect(await sorted('name')).toEqual(['a-2', 'A-1', 'B-1', 'C_1', 'b-2', 'C-2']);
    expect(await sorted('price')).toEqual(['a-2', 'A-1', 'b-2', 'C_1', 'B-1', 'C-2']);
    expect(await sorted('updated')).toEqual(['A-1', 'B-1', 'b-2', 'a-2', 'C-2', 'C_1']);
    expect(await sorted('name', true)).toEqual(['C_1', 'B-1', 'A-1', 'a-2', 'C-2', 'b-2']);
    expect(await sorted('price', true)).toEqual(['C_1', 'b-2', 'A-1', 'a-2', 'C-2', 'B-1']);
  });

  test.each(sorts)('has each product on exactly one page: %o', async (sort) => {
    const all = await skus({}, sort);
    for (const limit of [1, 2, 3, 6]) expect(await paged(sort, limit)).toEqual(all);
  });

  // On a cluster the settings of this connection do not reach the nodes.
  test.skipIf(inject('distributed')).each([
    ['catalog/list', false, []],
    ['catalog/list', true, []],
    ['catalog/walk', false, [100]],
    ['catalog/walk', true, [100]],
  ])(
    'by SKU reads a page from the index, without a sort: %s, %s',
    async (name, descending, more) => {
      const [{ parts: order }] = stretchesOf({ by: 'sku', descending }, undefined) as [Stretch];
      const parts = { ...filterParts({}), ...order, near: 'true' };
      const { client } = db.session;
      const plan = async (...position: unknown[]) => {
        const values = [...filterValues({ search: 'oak' }), 2, ...position, ...more];
        const { rows } = await client.query<{ 'QUERY PLAN': string }>(
          `explain (costs off) ${db.session.text(name, parts)}`,
          values,
        );
        return rows.map((row) => row['QUERY PLAN']).join('\n');
      };
      // Of six products an index is never worth it.
      await client.query('set enable_seqscan = off');
      const scan = /Index Scan (Backward )?using products_sku_key/;
      for (const text of [await plan(null, null), await plan(null, 'A-1')]) {
        expect(text).toMatch(scan);
        expect(text).not.toContain('Sort');
      }
      expect(await plan(null, 'A-1')).toContain('Index Cond: (lower(sku)');
      await client.query('reset enable_seqscan');
    },
  );

  test('is narrowed by every filter, and by all of them at once', async () => {
    expect(await skus({ active: false })).toEqual(['a-2', 'C-2']);
    expect(await skus({ owner: 'acme' })).toEqual(['A-1', 'B-1']);
    expect(await skus({ minPrice: '10', maxPrice: '10.25' })).toEqual(['A-1', 'b-2']);
    expect(await skus({ changedSince: new Date('2026-01-02') })).toEqual(['C-2', 'C_1']);
    expect(await skus({ jobId: '2' })).toEqual(['B-1', 'C-2', 'C_1']);
    const all = { search: 'oak', active: true, owner: 'acme', minPrice: '1', jobId: '1' };
    expect(await skus(all)).toEqual(['A-1']);
  });
});

async function searches() {
  const found = new Map<string, string[]>();
  for (const text of ['OAK', 'a-', 'établi', '100%', '_', '\\', 'back\\', '%', 'oak chair', 'x'])
    found.set(text, await skus({ search: text }));
  return found;
}

const expected = new Map([
  ['OAK', ['A-1', 'B-1']],
  ['a-', ['A-1', 'a-2']],
  ['établi', ['B-1']],
  ['100%', ['a-2']],
  ['_', ['C_1']],
  ['\\', ['C_1']],
  ['back\\', ['C_1']],
  ['%', ['a-2']],
  ['oak chair', ['A-1']],
  ['x', []],
]);

describe('a search', () => {
  test('looks into SKU, name and description, and takes every sign for itself', async () => {
    expect(await searches()).toEqual(expected);
  });

  test('finds the same with its index, which can be made and dropped again and again', async () => {
    expect(await createSearchIndex(db.session)).toBe(true);
    expect(await createSearchIndex(db.session)).toBe(false);
    expect(await searchSchema(db.session)).toBe('"public"');
    for (const [search, found] of expected) {
      expect(await countListed(db.session, { search }, 'public')).toBe(found.length);
      for (const sort of sorts) {
        const wanted = await skus({ search }, sort);
        for (const limit of [1, 2, 6]) expect(await paged(sort, limit, search)).toEqual(wanted);
      }
    }
    const narrowed = { search: 'oak', active: true, owner: 'acme', minPrice: '1', jobId: '1' };
    expect(await countListed(db.session, narrowed, 'public')).toBe(1);
    expect(await dropSearchIndex(db.session)).toBe(true);
    expect(await searchSchema(db.session)).toBeNull();
  });

  test('says what to do where the user may not have the extension', async () => {
    const { client } = db.session;
    await client.query(`drop extension if exists pg_trgm;
      create role no_rights; grant usage on schema prodimport to no_rights; set role no_rights`);
    const denied = await createSearchIndex(db.session).catch((error: unknown) => error);
    await client.query('reset role; drop owned by no_rights; drop role no_rights');
    expect(denied).toBeInstanceOf(DatabaseError);
    expect((denied as Error).message).toContain('create extension pg_trgm');
  });
});
