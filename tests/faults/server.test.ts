import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../setup/cli.js';
import { createTestDatabase, login, type TestDatabase, urlAs } from '../setup/database.js';
import { loadText } from '../setup/load.js';
import { counted } from './table.js';
import { edition, type Expected, judge, secondFile } from './trial.js';

interface Trial extends Expected {
  name: string;
  /** makes the fault; `DB` stands for the database, `ROLE` for a user without special rights */
  sql: string;
  /** takes it away, so that a later command can look */
  repair?: string;
  as?: 'ROLE';
  options?: string[];
}

const before = { catalogue: 'before', code: 5, status: null } as const;
const slowly = `create function dawdle() returns trigger language plpgsql as
    $$ begin perform pg_sleep(600); return null; end $$;
  create trigger slow after insert on prodimport.products
    for each statement execute function dawdle()`;
const allowed = `grant usage on schema prodimport to ROLE;
  grant all on all tables in schema prodimport to ROLE;
  grant all on all sequences in schema prodimport to ROLE`;

const trials: Trial[] = [
  {
    name: 'too many clients: none left',
    sql: `${allowed}; alter role ROLE connection limit 0`,
    as: 'ROLE',
    ...before,
    says: /too many connections.* A load needs two; wait/,
  },
  {
    name: 'too many clients: one left',
    sql: `${allowed}; alter role ROLE connection limit 1`,
    as: 'ROLE',
    ...before,
    says: /too many connections.* A load needs two; wait/,
  },
  {
    name: 'read-only',
    sql: 'alter database DB set default_transaction_read_only = on',
    ...before,
    says: /read-only transaction.* Connect to the primary/,
  },
  {
    name: 'no right to the schema',
    sql: 'select 1',
    as: 'ROLE',
    ...before,
    says: /permission denied for schema prodimport.*`prodimport db grant role_\w+ --as loader`/,
  },
  {
    name: 'no right to change products',
    sql: `${allowed}; revoke insert, update on prodimport.products from ROLE`,
    as: 'ROLE',
    ...before,
    status: 'failed',
    says: /permission denied for table products.*`prodimport db grant role_\w+ --as loader`/,
  },
  {
    name: 'no right to create temporary tables',
    sql: `${allowed}; revoke temporary on database DB from public`,
    as: 'ROLE',
    ...before,
    status: 'failed',
    says: /permission denied to create temporary tables.*`prodimport db grant role_\w+ --as loader`/,
  },
  {
    name: 'statement_timeout',
    sql: `${slowly}; alter database DB set statement_timeout = '5s'`,
    repair: `drop trigger slow on prodimport.products;
      alter database DB reset statement_timeout`,
    ...before,
    status: 'failed',
    says: /statement timeout.* statement_timeout/,
  },
  {
    name: "a user's trigger that fails",
    sql: `create function fail() returns trigger language plpgsql as
        $$ begin raise exception 'not on Sundays'; end $$;
      create trigger sunday before insert on prodimport.products
        for each row execute function fail()`,
    ...before,
    code: 1,
    status: 'failed',
    says: /rejected the change: not on Sundays.* Products are unchanged/,
  },
  {
    name: "a user's check that fails",
    sql: `alter table prodimport.products add constraint no_4150 check (sku <> 'SKU-4150')`,
    ...before,
    code: 1,
    status: 'failed',
    says: /rejected the change: .*"no_4150".* Products are unchanged/,
  },
];

describe.concurrent('a load into a server that refuses', () => {
  for (const trial of trials) {
    it(`${trial.name}: ends with ${trial.code}, the catalogue as before`, async () => {
      const db = await createTestDatabase();
      const role = `role_${randomBytes(4).toString('hex')}`;
      const adapt = (sql: string) => sql.replaceAll('DB', nameOf(db)).replaceAll('ROLE', role);
      try {
        await loadText(db, edition(1));
        await db.session.client.query(adapt(`${login('ROLE')}; ${trial.sql}`));
        const url = trial.as ? urlAs(role, db) : db.url;
        const load = async () => {
          const run = await runCli(['load', secondFile], { url });
          if (trial.repair) await db.session.client.query(adapt(trial.repair));
          return run;
        };
        await counted(trial.name, trial.catalogue, () =>
          judge(db.url, () => db.session, trial, load),
        );
      } finally {
        await db.session.client.query(adapt('drop owned by ROLE; drop role ROLE'));
        await db.drop();
      }
    });
  }
});

describe('a lock of others', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await createTestDatabase();
    await loadText(db, edition(1));
  });
  afterAll(() => db.drop());

  it('on the products bounds the merge by --wait', async () => {
    await counted('a table lock of others, past --wait', 'before', async () => {
      const { client } = db.session;
      await client.query('begin; lock table prodimport.products in share mode');
      const run = await runCli(['load', secondFile, '--wait', '1'], { url: db.url });
      await client.query('rollback');
      expect(run.code, run.stderr).toBe(4);
      expect(run.stderr).toMatch(/lock timeout, at load\/merge\. Another session holds a lock/);
    });
  });

  it('lets idle_in_transaction_session_timeout end the load, which says so', async () => {
    await counted('idle_in_transaction_session_timeout', 'before', async () => {
      const { client } = db.session;
      const name = nameOf(db);
      await client.query(
        `alter database ${name} set idle_in_transaction_session_timeout = '300ms'`,
      );
      await client.query('set idle_in_transaction_session_timeout = 0');
      await client.query('begin; lock table prodimport.jobs in share mode');
      const loading = runCli(['load', secondFile], { url: db.url });
      await expect.poll(() => killedByServer(db)).toBeGreaterThan(0);
      await client.query('rollback');
      const run = await loading;
      expect(run.code, run.stderr).toBe(5);
      expect(run.stderr).toMatch(
        /idle-in-transaction timeout.* idle_in_transaction_session_timeout/,
      );
    });
  });
});

describe('a server that is not as the URL says', () => {
  it('names the database that does not exist', async () => {
    await counted('no such database', 'before', async () => {
      const db = await createTestDatabase();
      await db.drop();
      const run = await runCli(['status'], { url: db.url });
      expect(run.code).toBe(5);
      expect(run.stderr).toMatch(/database "test_\w+" does not exist.* Create it first/);
    });
  });

  it('says where nothing listens, and keeps the password to itself', async () => {
    await counted('no server there', 'before', async () => {
      const url = 'postgresql://me:s3cret@127.0.0.1:1/shop';
      const run = await runCli(['status', '--debug'], { url });
      expect(run.code).toBe(5);
      expect(run.stderr).toMatch(/127\.0\.0\.1:1, .* is the server running/s);
      expect(run.stdout + run.stderr).not.toContain('s3cret');
    });
  });
});

function nameOf(db: TestDatabase): string {
  return /@[^/]*\/([^?]*)/.exec(db.url)![1]!;
}

/** How many connections to this database the server has ended by itself. */
async function killedByServer({ database }: TestDatabase): Promise<number> {
  // Over a connection without a transaction, in which the answer would always be the first one.
  const { client } = await database.main();
  const { rows } = await client.query<{ count: number }>(
    `select sessions_fatal::integer as count from pg_stat_database
     where datname = current_database()`,
  );
  return rows[0]!.count;
}
