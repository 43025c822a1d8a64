import { afterAll, beforeAll, expect, test } from 'vitest';
import { countListed, listPage } from '../../src/catalog/list.js';
import { createSearchIndex } from '../../src/db/search-index.js';
import { createRandom } from '../bench/random.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';

/** Letters of one and of several bytes, cases that fold oddly, signs, and what ends a word. */
const signs = [...`aazzz77éÉñΣςσßİıKЖ中😀%_'"\\.-  \n`];

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  const random = createRandom(7);
  const text = (most: number) =>
    Array.from({ length: 1 + random(most) }, () => signs[random(signs.length)]!).join('');
  const products = Array.from({ length: 400 }, (_, n) => ({
    sku: `${n}-${text(6)}`,
    name: text(12),
    description: random(3) === 0 ? null : text(60),
  }));
  await db.session.client.query(
    `insert into prodimport.products (sku, name, description)
     select * from jsonb_to_recordset($1) as p (sku text, name text, description text)`,
    [JSON.stringify(products)],
  );
  await createSearchIndex(db.session);
});
afterAll(() => db.drop());

/** The SKUs of what holds the text, by the index if there is one for it. */
async function found(search: string, isIndexed: boolean): Promise<string[]> {
  // More than there are: nothing is met on the way, the index has to find all of it.
  const request = {
    filter: { search },
    sort: { by: 'sku', descending: false } as const,
    limit: 1000,
  };
  return (await listPage(db.session, request, isIndexed)).products.map(({ sku }) => sku);
}

test('the index finds neither more nor less than a look at every product', async () => {
  const random = createRandom(8);
  let finds = 0;
  for (let n = 0; n < 300; n++) {
    const length = 1 + random(4);
    const search = Array.from({ length }, () => signs[random(signs.length)]!).join('');
    const byIndex = await found(search, true);
    expect(byIndex, JSON.stringify(search)).toEqual(await found(search, false));
    expect(await countListed(db.session, { search }, true)).toBe(byIndex.length);
    finds += byIndex.length;
  }
  expect(finds).toBeGreaterThan(1000);
});

test('a text that is longer than the index takes is found all the same', async () => {
  const letters = Array.from({ length: 300_000 }, (_, n) =>
    String.fromCodePoint(0x4e00 + (n % 20_000)),
  );
  await db.session.client.query(
    `insert into prodimport.products (sku, description) values ('LONG', $1)`,
    [`${letters.join('')} needle`],
  );
  expect(await found('needle', true)).toEqual(['LONG']);
  expect(await found('no such needle', true)).toEqual([]);
});

test('what is frequent is met in the order of the SKUs, page by page', async () => {
  await db.session.client.query(
    `insert into prodimport.products (sku, name)
     select 'W-' || lpad(n::text, 5, '0'), case when n % 7 = 0 then 'Walnut' else 'Oak' end
     from generate_series(1, 3000) n`,
  );
  for (const descending of [false, true]) {
    const all: string[] = [];
    let after: string | undefined;
    do {
      const sort = { by: 'sku', descending } as const;
      const request = { filter: { search: 'walnut' }, sort, limit: 20, after };
      const page = await listPage(db.session, request, true);
      all.push(...page.products.map(({ sku }) => sku));
      after = page.next ?? undefined;
    } while (after !== undefined);
    const numbers = Array.from(
      { length: 428 },
      (_, n) => `W-${String(7 * (n + 1)).padStart(5, '0')}`,
    );
    expect(all).toEqual(descending ? numbers.reverse() : numbers);
  }
});
