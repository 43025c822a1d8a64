import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnCluster } from '../setup/cluster-tests.js';
import { createClusterDatabase, type TestDatabase } from '../setup/database.js';

describeOnCluster('the merge', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await createClusterDatabase();
  });
  afterAll(() => db.drop());

  it('runs inside the shards: one task for each of them', async () => {
    const { session } = db;
    const { client } = session;
    const { rows: shards } = await client.query(
      `select from pg_dist_shard where logicalrelid = 'prodimport.products'::regclass`,
    );
    await client.query('begin');
    const table = { kind: 'unlogged', staging: 'prodimport.staging_of_test' };
    await session.query('load/create_staging', [], table);
    await session.query('load/create_superseded');
    await session.query('load/create_late_rejects');
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `explain (costs off) ${session.text('load/merge')}`,
      [['price'], false, 'update', true, true, '1', false, 0, false, true, true],
    );
    await client.query('rollback');
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');

    const insideShards = (writes: string) =>
      new RegExp(`Task Count: ${shards.length}\\n(?:.*\\n){3} *-> +${writes} on products_\\d+`);
    expect(plan).toMatch(insideShards('Insert'));
    expect(plan).toMatch(insideShards('Delete'));
    // What the coordinator is sent of each row is no more than whether it was new.
    expect(plan).not.toMatch(/Repartition|pull to coordinator/i);
  });
});
