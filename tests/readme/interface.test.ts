import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dbGrant } from '../../src/commands/db/grant.js';
import { webhookAdd } from '../../src/commands/webhook/add.js';
import { webhookDeliver } from '../../src/commands/webhook/deliver.js';
import { webhookDeliveries } from '../../src/commands/webhook/deliveries.js';
import { createPlainDatabase, login, type TestDatabase, urlAs } from '../setup/database.js';
import { loadText, runCommand } from '../setup/load.js';
import { readDocument, readmeBlocks } from './blocks.js';

const mark = randomBytes(4).toString('hex');
const [viewer, loader] = [`grafana_${mark}`, `outbox_${mark}`];

let db: TestDatabase;
beforeAll(async () => {
  db = await createPlainDatabase();
  await run(`${login(viewer)}; ${login(loader)}`);
  await runCommand(db, dbGrant, [viewer, '--as', 'viewer']);
  await runCommand(db, dbGrant, [loader, '--as', 'loader']);
});
afterAll(async () => {
  await run(`drop owned by ${viewer}, ${loader} cascade; drop role ${viewer}, ${loader}`);
  await db.drop();
});

async function run(statements: string): Promise<void> {
  await db.session.client.query(statements);
}

/** The statements under a heading, with the roles that are here. */
function sqlUnder(heading: string): string[] {
  const found = readmeBlocks().filter((one) => one.heading === heading && one.language === 'sql');
  return found.map(({ text }) => text.replaceAll('to grafana', `to ${viewer}`));
}

/** A connection of another program, as it makes one itself. */
async function connect(role: string): Promise<pg.Client> {
  const url = urlAs(role, db);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

const told: Record<string, string> = {
  'timestamp with time zone': 'timestamptz',
};

/** The columns of a table as the document lists them: name and type. */
function documented(table: string): string[] {
  const [chapter] = readDocument('sql/README.md')
    .split(/^### /m)
    .filter((part) => part.startsWith(`${table}\n`));
  const rows = [...chapter!.split(/^##? /m)[0]!.matchAll(/^\| (`.*?) \| (.*?) \|/gm)];
  return rows.flatMap(([, names, types]) => {
    const each = types!.split(', ');
    return names!.split(', ').map((name, at) => {
      const type = each.length === 1 ? each[0]! : each[at]!;
      return `${name.replaceAll('`', '')} ${type}`;
    });
  });
}

describe('the tables of the interface have the columns that are documented:', () => {
  it.each(['products', 'jobs', 'rejects', 'changes', 'deliveries', 'catalogue'])(
    '%s',
    async (table) => {
      const { rows } = await db.session.client.query<{ name: string; type: string }>(
        `select attname as name, format_type(atttypid, atttypmod) as type
         from pg_attribute
         where attrelid = $1::regclass and attnum > 0 and not attisdropped`,
        [`prodimport.${table}`],
      );
      const isView = table === 'catalogue';
      const actual = rows.map(
        ({ name, type }) => `${name} ${isView ? 'as in products' : (told[type] ?? type)}`,
      );
      expect(documented(table).sort()).toEqual(actual.sort());
    },
  );
});

it('Grafana: a viewer reads what its panels ask for', async () => {
  await loadText(db, 'sku,name\nA-1,Tea\nA-2,\n', '--accept-rejects');
  const client = await connect(viewer);
  const [overTime, worst] = sqlUnder('Grafana');
  expect((await client.query(overTime!)).rows).toMatchObject([
    { rows_read: '2', rows_rejected: '1' },
  ]);
  const answers = (await client.query(worst!)) as unknown as pg.QueryResult[];
  expect(answers[0]!.rows).toEqual([{ code: 'required', column_name: 'name', rows: '1' }]);
  expect(answers[1]!.rows).toEqual([{ is_late: false }]);
  await client.end();
});

it('PostgREST and Hasura: a viewer reads the view of a schema of its own', async () => {
  await run(sqlUnder('PostgREST and Hasura')[0]!);
  const client = await connect(viewer);
  const { rows } = await client.query('select sku, name from api.products');
  expect(rows).toEqual([{ sku: 'A-1', name: 'Tea' }]);
  await client.end();
  await run('drop schema api cascade');
});

it('Kafka: a reader takes each event once, and nobody sends it elsewhere', async () => {
  const words = ['https://outbox.example', '--event', 'import.completed'];
  await runCommand(db, webhookAdd, words);
  const [hold, take, done] = sqlUnder('Kafka');
  await run(hold!);
  await loadText(db, 'sku,name\nA-1,Tea\n');
  await loadText(db, 'sku,name\nA-1,Tea leaves\n');
  expect(await runCommand(db, webhookDeliver, [])).toMatchObject({ exitCode: 0 });
  expect(await runCommand(db, webhookDeliveries, [])).toMatchObject({
    result: [{ status: 'pending' }, { status: 'pending' }],
  });

  const [one, other] = [await connect(loader), await connect(loader)];
  const taken = (
    (await one.query(take!)) as unknown as pg.QueryResult<{ id: string; body: string }>[]
  )[1]!.rows;
  expect(taken.map(({ body }) => (JSON.parse(body) as { type: string }).type)).toEqual([
    'import.completed',
    'import.completed',
  ]);
  const beside = (await other.query(take!)) as unknown as pg.QueryResult[];
  expect(beside[1]!.rows).toEqual([]);
  await other.query('rollback');
  const [update, commit] = done!.split(/;\s*/);
  await one.query(update!, [taken.map(({ id }) => id)]);
  await one.query(commit!);
  expect(await runCommand(db, webhookDeliveries, [])).toMatchObject({
    result: [{ status: 'delivered' }, { status: 'delivered' }],
  });
  await one.end();
  await other.end();
});
