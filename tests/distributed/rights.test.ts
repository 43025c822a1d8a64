import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dbGrant } from '../../src/commands/db/grant.js';
import { fieldAdd } from '../../src/commands/field/add.js';
import { productUpdate } from '../../src/commands/product/update.js';
import { undo } from '../../src/commands/undo.js';
import { distribute } from '../../src/db/cluster.js';
import { describeOnCluster } from '../setup/cluster-tests.js';
import { createClusterDatabase, login, type TestDatabase, urlAs } from '../setup/database.js';
import { loadText, runCommand } from '../setup/load.js';

const mark = randomBytes(4).toString('hex');
const [loader, operator] = [`loader_${mark}`, `operator_${mark}`];

describeOnCluster('a role that was granted a level before products were distributed', () => {
  let db: TestDatabase;
  const as = (role: string) => ({ ...db, url: urlAs(role, db) });
  const run = (statement: string) => db.session.client.query(statement);
  beforeAll(async () => {
    db = await createClusterDatabase('', 'migrated');
    for (const [role, level] of [
      [loader, 'loader'],
      [operator, 'operator'],
    ] as const) {
      await run(login(role));
      await runCommand(db, dbGrant, [role, '--as', level]);
    }
    await loadText(db, 'sku,name,stock\nA,a,5\nB,b,x\n');
    await distribute(db.session, { shards: 4, waitMs: 0 });
  });
  afterAll(async () => {
    for (const role of [loader, operator]) {
      await run(`drop owned by ${role} cascade`);
      await run(`drop role ${role}`);
    }
    await db.drop();
  });

  it('loads and undoes, as a loader', async () => {
    const { error, report } = await loadText(as(loader), 'sku,name\nA,new\n', '--record-changes');
    expect(error).toBeNull();
    expect(report.products).toMatchObject({ updated: 1 });
    expect(await runCommand(as(loader), undo, ['last', '--yes'])).toMatchObject({ exitCode: 0 });
  });

  it('changes products by hand, as an operator, but fields only as the owner', async () => {
    const words = ['--where', 'sku=A', '--set', 'price=2', '--yes'];
    expect(await runCommand(as(operator), productUpdate, words)).toMatchObject({ exitCode: 0 });
    const refused = await runCommand(as(operator), fieldAdd, ['stock', '--index', '--yes']);
    expect(refused).toMatchObject({ exitCode: 5, error: { code: 'right_missing' } });
    expect(refused.error!.message).toContain(`\`prodimport db grant ${operator} --as owner\``);

    const granted = await runCommand(db, dbGrant, [operator, '--as', 'owner']);
    expect(granted).toMatchObject({ exitCode: 0, result: { after: 'owner' } });
    const added = await runCommand(as(operator), fieldAdd, ['stock', '--index', '--yes']);
    expect(added).toMatchObject({ exitCode: 3, error: null });
    const { rows } = await run('select sku, stock from prodimport.catalogue order by sku');
    expect(rows).toEqual([
      { sku: 'A', stock: '5' },
      { sku: 'B', stock: null },
    ]);
  });

  it('is told who may load where row security may hide products, and nothing is changed', async () => {
    await run('alter table prodimport.products enable row level security');
    await run('create policy own on prodimport.products using (owner = current_user)');
    const { exitCode, error } = await loadText(as(loader), 'sku,name\nA,mine\n');
    expect({ exitCode, code: error?.code }).toEqual({
      exitCode: 5,
      code: 'row_security_on_cluster',
    });
    expect(error!.message).toContain('Load as the owner of the tables');
    const { rows } = await run(`select name from prodimport.products where sku = 'A'`);
    expect(rows).toEqual([{ name: 'a' }]);
  });
});
