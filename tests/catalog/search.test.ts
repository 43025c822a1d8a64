import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { countListed, listPage } from '../../src/catalog/list.js';
import { createSearchIndex } from '../../src/db/search-index.js';
import type { Session } from '../../src/db/session.js';
import { createRandom } from '../bench/random.js';
import { insertProduct } from '../setup/catalogue.js';
import { createTestDatabase, type TestDatabase, type TestLocale } from '../setup/database.js';

/** Letters of one and of several bytes, cases that fold oddly, signs, and what ends a word. */
const signs = [...`aazzz77éÉñΣςσßİıKЖ中😀%_'"\\.-  \n`];

type Random = ReturnType<typeof createRandom>;

function textOf(random: Random, most: number): string {
  const length = 1 + random(most);
  return Array.from({ length }, () => signs[random(signs.length)]!).join('');
}

async function addProducts({ session }: TestDatabase): Promise<void> {
  const random = createRandom(7);
  const products = Array.from({ length: 400 }, (_, n) => ({
    sku: `${n}-${textOf(random, 6)}`,
    name: textOf(random, 12),
    description: random(3) === 0 ? null : textOf(random, 60),
  }));
  const [column, key] = session.isDistributed ? [', sku_key', ', lower(sku)'] : ['', ''];
  await session.client.query(
    `insert into prodimport.products (sku, name, description ${column})
     select * ${key} from jsonb_to_recordset($1) as p (sku text, name text, description text)`,
    [JSON.stringify(products)],
  );
}

/** The SKUs of what holds the text, by the index if there is one for it. */
async function found(
  session: Session,
  search: string,
  trigrams: string | null = 'public',
): Promise<string[]> {
  const sort = { by: 'sku', descending: false } as const;
  // More than there are: nothing is met on the way, the index has to find all of it.
  const request = { filter: { search }, sort, limit: 1000 };
  return (await listPage(session, request, trigrams)).products.map(({ sku }) => sku);
}

// The provider of two of them came with version 17; a cluster may be older.
const builtin: TestLocale[] = inject('distributed') ? [] : ['C.UTF-8', 'PG_UNICODE_FAST'];

describe.each<TestLocale>(['C', ...builtin, 'icu und', 'icu tr'])(
  'the search index under the locale %s',
  (locale) => {
    let db: TestDatabase;
    beforeAll(async () => {
      db = await createTestDatabase({ locale });
      await addProducts(db);
      await createSearchIndex(db.session);
    });
    afterAll(() => db.drop());

    test('finds neither more nor less than a look at every product', async () => {
      const random = createRandom(8);
      let finds = 0;
      for (let n = 0; n < 60; n++) {
        const search = textOf(random, 4);
        const byIndex = await found(db.session, search);
        expect(byIndex, JSON.stringify(search)).toEqual(await found(db.session, search, null));
        expect(await countListed(db.session, { search }, 'public')).toBe(byIndex.length);
        finds += byIndex.length;
      }
      expect(finds).toBeGreaterThan(300);
    });
  },
);

describe('a search with its index', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await createTestDatabase();
    await createSearchIndex(db.session);
  });
  afterAll(() => db.drop());

  test('finds a word in a text that is longer than the index takes', async () => {
    const letters = Array.from({ length: 300_000 }, (_, n) =>
      String.fromCodePoint(0x4e00 + (n % 20_000)),
    );
    await insertProduct(db, { sku: 'LONG', description: `${letters.join('')} needle` });
    expect(await found(db.session, 'needle')).toEqual(['LONG']);
    expect(await found(db.session, 'no such needle')).toEqual([]);
  });

  test.each([false, true])(
    'meets what is frequent in the order of the SKUs, page by page (descending: %s)',
    async (descending) => {
      const [column, key] = db.session.isDistributed
        ? [', sku_key', `, 'w-' || lpad(n::text, 5, '0')`]
        : ['', ''];
      await db.session.client.query(
        `insert into prodimport.products (sku ${column}, name)
         select 'W-' || lpad(n::text, 5, '0') ${key}, case when n % 7 = 0 then 'Walnut' else 'Oak' end
         from generate_series(1, 3000) n
         on conflict do nothing`,
      );
      const all: string[] = [];
      let after: string | undefined;
      do {
        const sort = { by: 'sku', descending } as const;
        const request = { filter: { search: 'walnut' }, sort, limit: 20, after };
        const page = await listPage(db.session, request, 'public');
        all.push(...page.products.map(({ sku }) => sku));
        after = page.next ?? undefined;
      } while (after !== undefined);
      const numbers = Array.from({ length: 428 }, (_, n) => 7 * (n + 1));
      const skus = numbers.map((number) => `W-${String(number).padStart(5, '0')}`);
      expect(all).toEqual(descending ? skus.reverse() : skus);
    },
  );
});
