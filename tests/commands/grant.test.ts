import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Command } from '../../src/cli/command.js';
import { commandNames, importCommand } from '../../src/commands/index.js';
import { dbGrant } from '../../src/commands/db/grant.js';
import { dbMigrate } from '../../src/commands/db/migrate.js';
import { fieldAdd } from '../../src/commands/field/add.js';
import { fieldRemove } from '../../src/commands/field/remove.js';
import { undo } from '../../src/commands/undo.js';
import { levels, type Level } from '../../src/db/levels.js';
import { knownMigrations, runStep } from '../../src/db/migrate.js';
import { grantAgain } from '../../src/db/rights.js';
import {
  createTestDatabase,
  login,
  openDatabase,
  type TestDatabase,
  urlAs,
} from '../setup/database.js';
import { useFolder } from '../setup/folder.js';
import { loadText, runCommand } from '../setup/load.js';

const mark = randomBytes(4).toString('hex');
const roleOf = (level: string) => `${level}_${mark}`;
const folder = useFolder();

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  for (const level of levels) await run(login(roleOf(level)));
});
afterAll(async () => {
  const all = levels.map(roleOf).join(', ');
  await run(`drop owned by ${all} cascade; drop role ${all}`);
  await db.drop();
});

/** One after the other, as psql does: Citus takes no more at once. */
async function run(statements: string, on = db): Promise<void> {
  for (const each of statements.split(/;\s/)) await on.session.client.query(each);
}

/** The database as a role connects to it. */
const as = (role: string, on = db) => ({ url: urlAs(role, on) });

async function ask<Row>(statement: string, on = db): Promise<Row[]> {
  return (await on.session.client.query(statement)).rows as Row[];
}

const isDistributed = inject('distributed');
/** What of a level's needs the owner on a cluster. */
const managesFields: Level = isDistributed ? 'owner' : 'operator';

/** Of each command that asks a database: how it is called, and the least that may call it. */
const calls: Record<string, [needs: Level, words: string]> = {
  load: ['loader', 'FILE --record-changes'],
  status: ['viewer', 'last'],
  report: ['viewer', 'last'],
  changes: ['viewer', 'last'],
  undo: ['loader', 'last --yes'],
  purge: ['operator', '--owner nobody --yes'],
  'product list': ['viewer', '--search tea --where stock<5'],
  'product get': ['viewer', 'A-1'],
  'product add': ['operator', '--sku NEW --name Cup --no-deliver'],
  'product update': ['operator', 'A-1 --name ROLE --no-deliver'],
  'product delete': ['operator', 'GONE --yes --no-deliver'],
  'product export': ['viewer', ''],
  'product history': ['viewer', 'A-1'],
  'owner list': ['viewer', ''],
  'field add': [managesFields, 'color --index --yes'],
  'field list': ['viewer', ''],
  'field update': [managesFields, 'stock --type text --index --yes'],
  'field remove': [managesFields, 'vendor --yes'],
  'webhook add': ['operator', 'http://127.0.0.1:9/hooks --allow-private --event product.deleted'],
  'webhook list': ['loader', ''],
  'webhook update': ['operator', '1 --event import.failed --event product.updated'],
  'webhook remove': ['operator', '2 --yes'],
  'webhook fire': ['loader', 'product.updated --sku A-1 --no-deliver'],
  'webhook deliveries': ['viewer', ''],
  'webhook deliver': ['loader', ''],
  'webhook retry': ['loader', '--all'],
  'image process': ['loader', '--to STORE'],
  'image status': ['viewer', ''],
  'image dead': ['viewer', ''],
  'image prune': ['loader', '--to FOLDER --yes'],
  'image retry': ['loader', '--all'],
  'db info': ['viewer', ''],
  'db migrate': ['viewer', ''],
  'db grant': ['owner', `${roleOf('viewer')} --as viewer`],
};

/** What asks no database, or a host of another kind: no cluster, no receiver. */
const others = [
  ...['inspect', 'template', 'webhook verify', 'webhook test', 'db start', 'db stop'],
  ...['db distribute', 'schema', 'complete', 'help'],
];

it('every command is tried', () => {
  expect(commandNames.filter((name) => !others.includes(name)).sort()).toEqual(
    Object.keys(calls).sort(),
  );
});

/** What each role is to find: a recorded load, fields, an endpoint, something to delete. */
async function prepare(): Promise<void> {
  await run(`truncate prodimport.products, prodimport.jobs, prodimport.changes,
      prodimport.endpoints, prodimport.deliveries, prodimport.fields restart identity;
    drop index if exists prodimport.products_field_color, prodimport.products_field_stock;
    select prodimport.show_fields();
    insert into prodimport.endpoints (url, events, secret, allow_private)
    select 'http://127.0.0.1:9/' || n, '{product.updated}', 'whsec_c2VjcmV0', true
    from generate_series(1, 2) n`);
  await loadText(db, 'sku,name,stock,vendor\nA-1,Tea,3,x\nGONE,Pot,4,y\n', '--record-changes');
  for (const name of ['stock', 'vendor']) await runCommand(db, fieldAdd, [name, '--yes']);
}

describe('of the levels of db grant', () => {
  describe.each(levels)('a role as %s', (level) => {
    const role = roleOf(level);
    beforeAll(async () => {
      await prepare();
      const granted = await runCommand(db, dbGrant, [role, '--as', level]);
      expect(granted).toMatchObject({ exitCode: 0, result: { role, level, after: level } });
    });

    it.each(Object.entries(calls))('%s', async (name, [needs, words]) => {
      folder.write('tea.csv', `sku,name\nA-1,Tea of ${role}\nB-${role},Cup\n`);
      const argv = words
        .replace('FILE', folder.path('tea.csv'))
        .replace('STORE', folder.path('store'))
        .replace('FOLDER', folder.path('.'))
        .replace('ROLE', role)
        .split(' ');
      const command = (await importCommand(name)) as Command<unknown>;
      const { exitCode, error } = await runCommand(as(role), command, argv.filter(Boolean));
      if (levels.indexOf(level) >= levels.indexOf(needs)) {
        expect([exitCode, error?.message]).toEqual([0, undefined]);
      } else {
        // An undo of what somebody else has loaded.
        const least = name === 'undo' ? 'operator' : needs;
        expect([exitCode, error?.message]).toEqual([
          5,
          name === 'db grant'
            ? expect.stringContaining('Have the owner')
            : expect.stringContaining(`\`prodimport db grant ${role} --as ${least}\``),
        ]);
      }
    });
  });
});

describe('db grant', () => {
  const role = roleOf('viewer');
  const may = async (right: string) =>
    (await ask<{ may: boolean }>(`select ${right} as may`))[0]!.may;

  it('takes back what a role had beyond its new level', async () => {
    await runCommand(db, dbGrant, [role, '--as', 'operator']);
    const less = await runCommand(db, dbGrant, [role, '--as', 'viewer']);
    expect(less.result).toEqual({
      schema: 'prodimport',
      role,
      level: 'viewer',
      before: 'operator',
      after: 'viewer',
    });
    const rights = await ask<{ right: string }>(`
      select c.relname || ' ' || a.privilege_type as right
      from pg_class c cross join aclexplode(c.relacl) a
      where a.grantee = '${role}'::regrole and a.privilege_type <> 'SELECT'`);
    expect(rights).toEqual([]);
  });

  it('never shows a viewer the secrets of endpoints and sources, nor URLs, which may hold tokens', async () => {
    await runCommand(db, dbGrant, [role, '--as', 'viewer']);
    for (const secret of ['endpoints', 'source_key']) {
      expect(await may(`has_table_privilege('${role}', 'prodimport.${secret}', 'select')`)).toBe(
        false,
      );
    }
    for (const column of ['url', 'secret', 'old_secret']) {
      const right = `has_column_privilege('${role}', 'prodimport.endpoints', '${column}', 'select')`;
      expect(await may(right)).toBe(false);
    }
  });

  it('gives nobody but the owner a right to create in the schema, but where rows can be staged in no other way', async () => {
    for (const level of ['loader', 'operator']) {
      await runCommand(db, dbGrant, [role, '--as', level]);
      expect(await may(`has_schema_privilege('${role}', 'prodimport', 'create')`)).toBe(
        isDistributed,
      );
    }
  });

  it('says so where a role can do more by another way', async () => {
    await runCommand(db, dbGrant, [roleOf('operator'), '--as', 'operator']);
    await run(`grant ${roleOf('operator')} to ${role}`);
    const { result } = await runCommand(db, dbGrant, [role, '--as', 'viewer']);
    await run(`revoke ${roleOf('operator')} from ${role}`);
    expect(result).toMatchObject({ level: 'viewer', after: 'operator' });
  });

  it('refuses a role that is not there, one that owns all, and a level that is none', async () => {
    expect(await runCommand(db, dbGrant, ['nobody_such', '--as', 'viewer'])).toMatchObject({
      exitCode: 6,
      error: { code: 'role_not_found' },
    });
    const [{ me }] = (await ask<{ me: string }>('select current_user as me')) as [{ me: string }];
    expect(await runCommand(db, dbGrant, [me, '--as', 'viewer'])).toMatchObject({
      exitCode: 4,
      error: { code: 'role_is_owner' },
    });
    expect(await runCommand(db, dbGrant, [role])).toMatchObject({ exitCode: 2 });
  });

  it('two at once leave one of the two levels, whole', async () => {
    const both = await Promise.all(
      ['loader', 'viewer'].map((level) => runCommand(db, dbGrant, [role, '--as', level])),
    );
    expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const { result } = await runCommand(db, dbGrant, [role, '--as', 'viewer']);
    expect(['loader', 'viewer']).toContain(result!.before);
  });

  it('covers every table, view and function of the schema, or leaves it out on purpose', async () => {
    await runCommand(db, dbGrant, [role, '--as', 'operator']);
    const left = await ask<{ name: string }>(`
      select relname as name from pg_class
      where relnamespace = 'prodimport'::regnamespace and relkind in ('r', 'v')
        and not has_any_column_privilege('${role}', oid, 'select')
      union all
      select proname from pg_proc
      where pronamespace = 'prodimport'::regnamespace
        and not has_function_privilege('${role}', oid, 'execute')`);
    await runCommand(db, dbGrant, [role, '--as', 'viewer']);
    expect(left).toEqual([]);
  });

  it('lets a view that fields make anew keep what was granted', async () => {
    await runCommand(db, dbGrant, [role, '--as', 'viewer']);
    const right = `has_table_privilege('${role}', 'prodimport.catalogue', 'select')`;
    await runCommand(db, fieldAdd, ['weight', '--yes']);
    expect(await may(right)).toBe(true);
    await runCommand(db, fieldRemove, ['weight', '--yes']);
    expect(await may(right)).toBe(true);
  });

  it('leaves the view out where it would show what row security hides', async () => {
    const right = `has_table_privilege('${role}', 'prodimport.catalogue', 'select')`;
    await run(`alter table prodimport.products enable row level security;
      alter view prodimport.catalogue reset (security_invoker)`);
    try {
      await runCommand(db, dbGrant, [role, '--as', 'viewer']);
      expect(await may(right)).toBe(false);
      await run('alter view prodimport.catalogue set (security_invoker = true)');
      await runCommand(db, dbGrant, [role, '--as', 'viewer']);
      expect(await may(right)).toBe(true);
    } finally {
      await run(`alter table prodimport.products disable row level security;
        alter view prodimport.catalogue set (security_invoker = true)`);
    }
  });
});

it('a loader undoes what it has loaded itself, and an operator what anybody has', async () => {
  const [loader, operator] = [roleOf('loader'), roleOf('operator')];
  await runCommand(db, dbGrant, [loader, '--as', 'loader']);
  await runCommand(db, dbGrant, [operator, '--as', 'operator']);
  const csv = (name: string) => `sku,name\nU-${name},Tea\n`;
  await loadText({ ...db, ...as(operator) }, csv('1'), '--record-changes');
  const others = await runCommand(as(loader), undo, ['last', '--yes']);
  expect(others).toMatchObject({ exitCode: 5, error: { code: 'right_missing' } });
  expect(others.error!.message).toContain(`which ${operator} loaded`);
  await loadText({ ...db, ...as(loader) }, csv('2'), '--record-changes');
  expect(await runCommand(as(operator), undo, ['last', '--yes'])).toMatchObject({ exitCode: 0 });
});

it('a migration grants what it adds to whoever had a level, and belongs to the owner', async () => {
  const old = await createTestDatabase({ migrated: false });
  const [loader, keeper, helper] = ['old_loader', 'keeper', 'helper'].map(roleOf) as [
    string,
    string,
    string,
  ];
  try {
    await run(
      `create role ${loader}; ${login(keeper)}; ${login(helper)};
      grant ${keeper} to ${helper};
      create schema prodimport authorization ${keeper}`,
      old,
    );
    const steps = knownMigrations();
    const before = steps.findIndex(({ name }) => name.endsWith('_rights'));
    const database = await openDatabase(as(keeper, old).url);
    const session = await database.main();
    await session.query('db/create_migrations');
    for (const { version, name } of steps.slice(0, before)) {
      await runStep(session, session.text(`migrations/${name}`));
      await session.query('db/add_migration', [version, name]);
    }
    await database.close();
    await run(
      `grant select on prodimport.migrations to ${loader}; grant insert on prodimport.jobs to ${loader}`,
      old,
    );
    expect(await runCommand(as(helper, old), dbMigrate, [])).toMatchObject({ exitCode: 0 });
    const known = await ask<object>(
      `select
        has_function_privilege('${loader}', 'prodimport.taken_skus(text[])', 'execute') as loads,
        has_table_privilege('${loader}', 'prodimport.purges', 'insert') as purges,
        array(
          select distinct pg_get_userbyid(relowner)::text from pg_class
          where relnamespace = 'prodimport'::regnamespace) as owners,
        array(
          select distinct pg_get_userbyid(proowner)::text from pg_proc
          where pronamespace = 'prodimport'::regnamespace) as makers`,
      old,
    );
    expect(known).toEqual([{ loads: true, purges: false, owners: [keeper], makers: [keeper] }]);
    const owner = await runCommand(old, dbGrant, [loader, '--as', 'owner']);
    expect(owner).toMatchObject({ result: { before: 'loader', after: 'owner' } });
    const less = await runCommand(old, dbGrant, [loader, '--as', 'viewer']);
    expect(less).toMatchObject({ result: { before: 'owner', after: 'viewer' } });
  } finally {
    await run(
      `drop owned by ${loader}, ${keeper}, ${helper} cascade; drop role ${loader}, ${keeper}, ${helper}`,
      old,
    );
    await old.drop();
  }
});

it('grants again only to those who were granted a level', async () => {
  const role = roleOf('viewer');
  await run(`revoke all on all tables in schema prodimport from ${role};
    grant select on prodimport.jobs to ${role}`);
  await db.session.transaction(() => grantAgain(db.session));
  const right = `has_table_privilege('${role}', 'prodimport.products', 'select') as may`;
  expect(await ask(`select ${right}`)).toEqual([{ may: false }]);
});
