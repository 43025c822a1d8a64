import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { Session } from '../../src/db/session.js';
import { createTestDatabase, type TestDatabase, type TestLocale } from './database.js';

/** A product as it is stored, with the row version by which a rewrite would show. */
export interface StoredProduct {
  id: string;
  sku: string;
  name: string | null;
  description: string | null;
  price: string | null;
  active: boolean;
  owner: string | null;
  images: string[];
  compressed_images: string[];
  attributes: Record<string, unknown>;
  job_id: string | null;
  deactivated_by: string | null;
  updated_at: Date;
  created_at: Date;
  xmin: string;
}

const bystanderSku = 'BYSTANDER';

/**
 * Gives the tests of a file a database, empty before each of them but for a bystander: a product
 * that no test names, which must be the same row afterwards.
 */
export function useCatalogue(options: { locale?: TestLocale } = {}): () => TestDatabase {
  let db: TestDatabase;
  let bystander: StoredProduct | undefined;
  beforeAll(async () => {
    db = await createTestDatabase(options);
  });
  beforeEach(async () => {
    await emptyDatabase(db);
    bystander = await readBystander(db);
  });
  afterEach(async () => {
    expect(await readBystander(db), 'the bystander is untouched').toEqual(bystander);
  });
  afterAll(() => db.drop());
  return () => db;
}

/** Every product but the bystander, in the order of SKUs as bytes. */
export async function storedProducts({ session }: TestDatabase): Promise<StoredProduct[]> {
  const { rows } = await session.client.query<StoredProduct>(
    'select *, xmin::text from prodimport.products where sku <> $1 order by sku collate "C"',
    [bystanderSku],
  );
  return rows;
}

/** One product, by the SKU exactly as it is spelled. */
export async function storedProduct(db: TestDatabase, sku: string): Promise<StoredProduct> {
  const product = (await storedProducts(db)).find((stored) => stored.sku === sku);
  if (!product) throw new Error(`no product is spelled ${sku}`);
  return product;
}

/** The catalogue as `{ sku: name }`. */
export async function storedNames(db: TestDatabase): Promise<Record<string, string | null>> {
  const products = await storedProducts(db);
  return Object.fromEntries(products.map(({ sku, name }) => [sku, name]));
}

/** Adds a product as another program would, past the tool; gives its id. */
export async function insertProduct(
  { session }: Pick<TestDatabase, 'session'>,
  product: Partial<StoredProduct> & { sku: string },
): Promise<string> {
  const columns = Object.keys(product);
  const places = columns.map((_, i) => `$${i + 1}`);
  const values = Object.values(product);
  if (session.isDistributed) {
    columns.push('sku_key');
    places.push(`lower($${columns.length})`);
    values.push(product.sku);
  }
  const { rows } = await session.client.query<{ id: string }>(
    `insert into prodimport.products (${columns.join(', ')}) values (${places.join(', ')})
     returning id`,
    values,
  );
  return rows[0]!.id;
}

/** Does `work` while another connection holds the lock of a load that merges. */
export async function whileLocked<T>(
  { database }: Pick<TestDatabase, 'database'>,
  work: (release: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const other = await database.session();
  await other.client.query('begin');
  await other.query('db/lock_products');
  try {
    return await work(async () => void (await other.client.query('commit')));
  } finally {
    await other.end();
  }
}

/** Resolves once a connection waits for an advisory lock. */
export async function someoneWaits({ client }: Session): Promise<void> {
  const waiting = `select 1 from pg_locks where locktype = 'advisory' and not granted
    and database = (select oid from pg_database where datname = current_database())`;
  while ((await client.query(waiting)).rowCount === 0);
}

/** Resolves once a statement of somebody else waits for a lock. */
export async function someoneIsBlocked({ client }: Session): Promise<void> {
  const blocked = `select from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`;
  while ((await client.query(blocked)).rowCount === 0);
}

/** Resolves once a statement waits for the end of another transaction that writes products. */
export async function writerIsWaitedFor({ client, isDistributed }: Session): Promise<void> {
  const waiting = isDistributed
    ? 'select from citus_lock_waits'
    : `select from pg_stat_activity
       where datname = current_database() and wait_event = 'transactionid'`;
  while ((await client.query(waiting)).rowCount === 0);
}

async function emptyDatabase(db: TestDatabase): Promise<void> {
  await db.session.client.query(
    `truncate prodimport.products, prodimport.jobs, prodimport.rejects, prodimport.purges,
       prodimport.changes
     restart identity`,
  );
  // Below the ids that are handed out, so that a test can name the ones it expects.
  await insertProduct(db, {
    id: '-1',
    sku: bystanderSku,
    name: 'Not in any file',
    price: '1.0000',
    owner: 'somebody else',
    images: ['https://shop.example/by.jpg'],
    compressed_images: ['by.webp'],
    attributes: { kept: 'yes' },
  });
}

async function readBystander({ session }: TestDatabase): Promise<StoredProduct | undefined> {
  const { rows } = await session.client.query<StoredProduct>(
    'select *, xmin::text from prodimport.products where sku = $1',
    [bystanderSku],
  );
  return rows[0];
}
