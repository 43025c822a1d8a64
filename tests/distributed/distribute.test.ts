import { afterEach, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { runStep } from '../../src/db/migrate.js';
import { createSearchIndex, searchSchema } from '../../src/db/search-index.js';
import { distributedSchema } from '../../src/commands/db/distribute.js';
import { infoSchema } from '../../src/commands/db/info.js';
import { catalogueSum } from '../setup/checksum.js';
import { describeOnCluster } from '../setup/cluster-tests.js';
import { nodesOf, urlOn } from '../setup/cluster.js';
import { runCli } from '../setup/cli.js';
import {
  createClusterDatabase,
  createPlainDatabase,
  openDatabase,
  type TestDatabase,
} from '../setup/database.js';

const databases: TestDatabase[] = [];
afterEach(async () => {
  for (const database of databases.splice(0)) await database.drop();
});

async function made(making: Promise<TestDatabase>): Promise<TestDatabase> {
  const database = await making;
  databases.push(database);
  return database;
}

const allFields = ', id, created_at, updated_at, job_id, deactivated_by';

const file = `sku,name,price,images,Colour
A-1,Lamp,4.50,https://shop.example/a.jpg,blue
Éa-2,Chair,,,
B-3,,1,,
ß-4,Table,7,"https://shop.example/b.jpg https://shop.example/c.jpg",red
`;

describeOnCluster('db distribute', () => {
  it('keeps every row with its id and times, its shards and its index of words', async () => {
    const { url, session } = await made(createClusterDatabase('', 'migrated'));
    await createSearchIndex(session);
    await runCli(['load', '-', '--owner', 'acme'], { url, stdin: file });
    const before = await catalogueSum(session, allFields);
    expect(before).toMatch(/^3 products/);

    const { code, json } = await runCli(['db', 'distribute', '--shards', '4', '--json'], { url });

    expect(code).toBe(0);
    expect(distributedSchema(z).parse(json())).toMatchObject({
      changed: true,
      cluster: { shards: 4 },
    });
    expect(await catalogueSum(session, allFields)).toBe(before);
    expect(await searchSchema(session)).toBe('"public"');
    const again = await runCli(['load', '-', '--owner', 'acme', '--json'], { url, stdin: file });
    expect(again.json()).toMatchObject({ products: { inserted: 0, updated: 0, unchanged: 3 } });
    const found = await runCli(['product', 'list', '--search', 'hai', '--json'], { url });
    expect(found.json()).toMatchObject([{ sku: 'Éa-2' }]);
  });

  it('says so where that is done already, and changes nothing', async () => {
    const { url } = await made(createClusterDatabase());
    const { code, stdout } = await runCli(['db', 'distribute'], { url });

    expect(code).toBe(0);
    expect(stdout).toMatch(/are distributed already: \d+ shards on 2 nodes\.\n$/);
  });

  it('run twice at once distributes once', async () => {
    const { url } = await made(createClusterDatabase('', 'migrated'));
    const both = await Promise.all(
      [1, 2].map(() => runCli(['db', 'distribute', '--json'], { url })),
    );

    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    const changed = both.map(({ json }) => distributedSchema(z).parse(json()).changed);
    expect(changed.sort()).toEqual([false, true]);
  });

  it('refuses nodes whose locale differs, naming them: exit 5', async () => {
    const { url, session } = await made(
      createClusterDatabase(
        ({ isCoordinator }) => `encoding 'UTF8' locale '${isCoordinator ? 'C.UTF-8' : 'C'}'`,
        'migrated',
      ),
    );
    const { code, stderr } = await runCli(['db', 'distribute'], { url });

    expect(code).toBe(5);
    expect(stderr).toMatch(/do not sort and fold letters alike.*collate C\.UTF-8.*collate C /);
    const { rows } = await session.client.query('select from pg_dist_partition');
    expect(rows).toEqual([]);
  });

  it('refuses a worker in the place of the coordinator: exit 5', async () => {
    const { url } = await made(createClusterDatabase('', 'migrated'));
    const worker = (await nodesOf(url)).find(({ isCoordinator }) => !isCoordinator)!;
    const onWorker = urlOn(url, worker, null);
    const { code, stderr } = await runCli(['db', 'distribute'], { url: onWorker });

    expect(code).toBe(5);
    expect(stderr).toContain('This is a worker of the cluster');
  });

  it('wants the schema first: exit 5', async () => {
    const { url } = await made(createClusterDatabase('', 'empty'));
    const { code, stderr } = await runCli(['db', 'distribute'], { url });

    expect(code).toBe(5);
    expect(stderr).toContain('prodimport db migrate');
  });
});

describeOnCluster('a distributed database', () => {
  it('tells its nodes, shards and rows a node', async () => {
    const { url } = await made(createClusterDatabase());
    await runCli(['load', '-'], { url, stdin: file });
    const info = infoSchema(z).parse((await runCli(['db', 'info', '--json'], { url })).json());
    const { nodes, ...cluster } = info.cluster!;

    expect(info.products).toBe(3);
    expect(cluster).toMatchObject({ isDistributed: true });
    expect(nodes).toHaveLength((await nodesOf(inject('citusUrl')!)).length);
    expect(nodes.reduce((sum, { shards }) => sum + shards, 0)).toBe(cluster.shards);
    expect(nodes.reduce((sum, { products }) => sum + products!, 0)).toBe(3);
    const { stdout } = await runCli(['db', 'info'], { url });
    expect(stdout).toMatch(/^node {6}\S+:\d+, \d+ shards, \d+ products$/m);
  });

  it('takes later migrations and an index of words', async () => {
    const { url, session } = await made(createClusterDatabase());
    await session.transaction(() =>
      runStep(
        session,
        `alter table prodimport.products add column later integer;
         alter table prodimport.products add constraint later_check check (later > 0);
         create table prodimport.later (id integer primary key);
         alter table prodimport.products set (fillfactor = 80);`,
      ),
    );
    const { json } = await runCli(['db', 'migrate', '--search-index', '--json'], { url });

    expect(json()).toMatchObject({ applied: [], searchIndex: true });
    const { code } = await runCli(['load', '-'], { url, stdin: file });
    expect(code).toBe(3);
  });

  it('counts what it can while a node does not answer', async () => {
    const { url, session } = await made(createClusterDatabase());
    await runCli(['load', '-'], { url, stdin: file });
    const other = await openDatabase(url);
    await session.client.query(
      `update pg_dist_node set nodeport = 1 where groupid = (select max(groupid) from pg_dist_node)`,
    );
    const info = infoSchema(z).parse((await runCli(['db', 'info', '--json'], { url })).json());
    await other.close();

    expect(info.products).toBeNull();
    expect(info.cluster!.nodes.filter(({ products }) => products === null)).toHaveLength(1);
  });
});

it('db distribute refuses a server without Citus, and says how to make a cluster: exit 5', async () => {
  const { url } = await made(createPlainDatabase());
  const { code, stderr } = await runCli(['db', 'distribute'], { url });

  expect(code).toBe(5);
  expect(stderr).toMatch(/does not have the extension Citus.*create extension citus/);
});
