import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addProducts, updateProducts, deleteProducts } from '../../src/catalog/change.js';
import type { WrittenProduct } from '../../src/catalog/fields.js';
import { deleteFound, updateFound } from '../../src/catalog/found.js';
import { getProduct } from '../../src/catalog/get.js';
import type { ChangeOptions, ProductChange } from '../../src/catalog/record.js';
import { readConditions } from '../../src/catalog/where.js';
import { readNewProducts, readPatches, readValues } from '../../src/catalog/written.js';
import { lockProducts, shareProducts } from '../../src/db/lock.js';
import { FailedError, RefusedError, UsageError } from '../../src/errors.js';
import { someoneIsBlocked } from '../setup/catalogue.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  await db.session.client.query('truncate prodimport.products restart identity');
});

const fieldOptions = { decimal: '.', allowMangled: false } as const;
const placed = (written: WrittenProduct[]) =>
  written.map((each, index) => ({ place: `line ${index + 1}`, written: each }));

const add = (written: WrittenProduct[], options: Partial<ChangeOptions> = {}) =>
  addProducts(db.session, readNewProducts(placed(written), fieldOptions), {
    waitMs: 1000,
    ...options,
  });
const update = (written: WrittenProduct[], options: Partial<ChangeOptions> = {}) =>
  updateProducts(db.session, readPatches(placed(written), fieldOptions), {
    waitMs: 1000,
    ...options,
  });

/** A product as stored, with the version of its row. */
async function row(sku: string): Promise<Record<string, unknown>> {
  const { rows } = await db.session.client.query<Record<string, unknown>>(
    'select *, xmin::text from prodimport.products where sku = $1',
    [sku],
  );
  return rows[0]!;
}

async function set(sku: string, assignment: string): Promise<void> {
  await db.session.client.query(`update prodimport.products set ${assignment} where sku = $1`, [
    sku,
  ]);
}

const chair = { sku: 'CH-1', name: 'Oak chair', price: '10', images: ['https://a.example/1.jpg'] };

describe('a change by hand', () => {
  test('touches nothing when the product would be as before', async () => {
    await add([{ ...chair, attributes: { Color: 'red' } }]);
    const before = await row('CH-1');
    const events: unknown[] = [];
    await update([{ ...chair, price: '10.00', attributes: { Color: 'red', Size: null } }], {
      afterChange: (_, changes) => Promise.resolve(void events.push(...changes)),
    });
    expect(await row('CH-1')).toEqual(before);
    expect(events).toEqual([]);
  });

  test('is no longer the work of a job, and its flag not that of --missing', async () => {
    await add([chair]);
    await set('CH-1', 'job_id = 7, deactivated_by = 7, active = false');
    await update([{ sku: 'CH-1', price: '11' }]);
    expect(await row('CH-1')).toMatchObject({ job_id: null, deactivated_by: '7', active: false });
    await update([{ sku: 'CH-1', active: true }]);
    expect(await row('CH-1')).toMatchObject({ deactivated_by: null, active: true });
  });

  test('keeps a product inactive that somebody says is inactive', async () => {
    await add([chair]);
    await set('CH-1', 'deactivated_by = 7, active = false');
    const before = await row('CH-1');
    await update([{ sku: 'CH-1', active: false }]);
    const { updated_at, deactivated_by } = await row('CH-1');
    expect([updated_at, deactivated_by]).toEqual([before.updated_at, null]);
  });

  test('empties the compressed images when the images change, and only then', async () => {
    await add([chair]);
    await set('CH-1', `compressed_images = '{1.webp}'`);
    await update([{ sku: 'CH-1', price: '11' }]);
    expect(await row('CH-1')).toMatchObject({ compressed_images: ['1.webp'] });
    await update([{ sku: 'CH-1', images: ['https://a.example/2.jpg'] }]);
    expect(await row('CH-1')).toMatchObject({ compressed_images: [] });
  });

  test('clears with null, an empty text or the list clear, but never the name', async () => {
    const full = { ...chair, description: 'x', owner: 'acme', attributes: { A: '1', B: '2' } };
    await add([full]);
    await update([{ sku: 'CH-1', description: null, owner: '', images: [], clear: ['price'] }]);
    const empty = { description: null, owner: null, images: [], price: null };
    expect(await row('CH-1')).toMatchObject(empty);
    await update([{ sku: 'CH-1', clear: ['attributes'], attributes: { B: '3' } }]);
    expect(await row('CH-1')).toMatchObject({ attributes: { B: '3' } });
    expect(() => readPatches(placed([{ sku: 'CH-1', name: null }]), fieldOptions)).toThrow(
      'line 1: name: Missing required field: name',
    );
  });

  test('gives a product another SKU, unless that is taken', async () => {
    await add([chair, { sku: 'CH-2', name: 'Ash chair' }]);
    await update([{ sku: 'ch-1', newSku: 'CH-9' }]);
    expect(await row('CH-9')).toMatchObject({ id: '1' });
    await expect(update([{ sku: 'CH-9', newSku: 'ch-2' }])).rejects.toThrow(FailedError);
    expect(await row('CH-9')).toMatchObject({ id: '1' });
  });

  test('keeps the spelling of a SKU that was typed in another case', async () => {
    await add([chair]);
    const [now] = await update([{ sku: 'ch-1', price: '12' }]);
    expect(now!.sku).toBe('CH-1');
  });

  test('refuses one product twice, and then changes none', async () => {
    await add([chair]);
    const twice = update([
      { sku: 'CH-1', price: '1' },
      { sku: 'ch-1', price: '2' },
    ]);
    await expect(twice).rejects.toThrow(UsageError);
    expect(await row('CH-1')).toMatchObject({ price: '10.0000' });
  });

  test('refuses a JSON number that has lost digits', () => {
    const rounded = JSON.parse('{"sku":"A","name":"a","price":123456789012.34567}') as object;
    expect(() => readNewProducts(placed([{ ...rounded }]), fieldOptions)).toThrow(
      'write it as a text',
    );
  });

  test('waits no longer than it was told for a load that holds the catalogue', async () => {
    const load = await db.database.session();
    await load.client.query('begin');
    await lockProducts(load, 0);
    await expect(add([chair], { waitMs: 1 })).rejects.toThrow(RefusedError);
    await load.rollback();
    await expect(add([chair], { waitMs: 0 })).resolves.toHaveLength(1);
  });

  test('waits no longer than it was told for another change of the same product', async () => {
    await add([chair]);
    const other = await db.database.session();
    await other.client.query('begin');
    await other.query('catalog/hold', [[chair.sku]]);
    await expect(update([{ sku: chair.sku, price: '1' }], { waitMs: 0 })).rejects.toMatchObject({
      exitCode: 4,
    });
    await other.rollback();
  });
});

describe('what goes along with a change', () => {
  const seen: ProductChange[] = [];
  const afterChange: ChangeOptions['afterChange'] = (_, changes) => {
    seen.push(...changes);
    return Promise.resolve();
  };
  beforeEach(() => void seen.splice(0));

  test('learns what was created, updated and deleted, old and new', async () => {
    const [added] = await add([chair], { afterChange });
    const [updated] = await update([{ sku: 'CH-1', price: '12.5' }], { afterChange });
    await deleteProducts(db.session, ['ch-1'], { waitMs: 1000, afterChange });
    expect(seen).toMatchObject([
      { event: 'product.created', old: null, new: added },
      { event: 'product.updated', old: added, new: { ...updated, price: '12.50' } },
      { event: 'product.deleted', old: updated, new: null },
    ]);
  });

  test('happens in the same transaction: when it fails, nothing has changed', async () => {
    await add([chair]);
    const fail = () => Promise.reject(new Error('no endpoint'));
    await expect(add([{ sku: 'B', name: 'b' }], { afterChange: fail })).rejects.toThrow();
    await expect(update([{ sku: 'CH-1', price: '1' }], { afterChange: fail })).rejects.toThrow();
    const gone = deleteProducts(db.session, ['CH-1'], { waitMs: 1000, afterChange: fail });
    await expect(gone).rejects.toThrow('no endpoint');
    await expect(getProduct(db.session, 'B')).rejects.toThrow('no product with the SKU B');
    expect((await getProduct(db.session, 'CH-1')).price).toBe('10.00');
  });

  test('is done on the connection that has the change', async () => {
    const prices: (string | null)[] = [];
    await add([chair]);
    await update([{ sku: 'CH-1', price: '2' }], {
      afterChange: async (transaction) => {
        const other = await db.database.main();
        prices.push((await getProduct(transaction, 'CH-1')).price);
        prices.push((await getProduct(other, 'CH-1')).price);
      },
    });
    expect(prices).toEqual(['2.00', '10.00']);
  });
});

describe('a change of all that is found', () => {
  const filter = { where: readConditions(['owner=acme']) };
  const values = readValues({ place: null, written: { price: '5' } }, fieldOptions);
  const skus = ['A', 'B', 'C'];
  beforeEach(async () => {
    await add(skus.map((sku) => ({ ...chair, sku, owner: 'acme' })));
    await add([{ ...chair, sku: 'BYSTANDER' }]);
  });

  test('is refused where there are more by now than somebody agreed to', async () => {
    const before = await Promise.all(skus.map(row));
    const options = { waitMs: 1000, most: 2 };
    for (const change of [
      () => updateFound(db.session, filter, values, options),
      () => deleteFound(db.session, filter, options),
    ]) {
      await expect(change()).rejects.toMatchObject({ code: 'found_more', exitCode: 4 });
    }
    expect(await Promise.all(skus.map(row))).toEqual(before);
    const options3 = { waitMs: 1000, most: 3 };
    expect(await updateFound(db.session, filter, values, options3)).toEqual({ skus, changed: 3 });
    expect((await getProduct(db.session, 'BYSTANDER')).price).toBe('10.00');
  });

  test('changes nothing where its events can not be kept', async () => {
    const before = await Promise.all(skus.map(row));
    const afterChange = () => Promise.reject(new Error('no endpoint'));
    const options = { waitMs: 1000, most: null, afterChange };
    await expect(updateFound(db.session, filter, values, options)).rejects.toThrow('no endpoint');
    await expect(deleteFound(db.session, filter, options)).rejects.toThrow('no endpoint');
    expect(await Promise.all(skus.map(row))).toEqual(before);
  });

  test('waits for whoever changes single products, and finds what they left', async () => {
    const other = await db.database.session();
    try {
      await other.begin();
      await shareProducts(other, 1000);
      await other.client.query("update prodimport.products set owner = null where sku = 'B'");
      await expect(
        updateFound(db.session, filter, values, { waitMs: 0, most: null }),
      ).rejects.toMatchObject({ code: 'locked' });
      const changed = updateFound(db.session, filter, values, { waitMs: 10_000, most: null });
      await someoneIsBlocked(other);
      await other.commit();
      expect(await changed).toEqual({ skus: ['A', 'C'], changed: 2 });
      expect((await getProduct(db.session, 'B')).price).toBe('10.00');
    } finally {
      await other.end();
    }
  });
});
