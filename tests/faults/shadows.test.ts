import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { runCli } from '../setup/cli.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';
import { filesIn, read } from '../house/sources.js';
import { tryEveryCommand } from './every-command.js';
import { counted } from './table.js';

const operators = [
  '=',
  '<>',
  '<',
  '>',
  '<=',
  '>=',
  '||',
  '-',
  '+',
  '*',
  '->',
  '->>',
  '~',
  '&&',
  '&',
];

/** All that looks like a call in the statements. */
const called = new Set(
  filesIn('sql', '.sql').flatMap((path) =>
    [...read(path).matchAll(/\b([a-z_]+)\(/g)].map(([, name]) => name!),
  ),
);

/**
 * Has a role that may create in `public`, and in a schema before it, put functions and operators of
 * its own in front of PostgreSQL's: the same names and types, and each of them fails, as it would do
 * what it likes with the rights of whoever calls it.
 */
async function putShadows({ session: { client } }: TestDatabase, role: string): Promise<number> {
  await client.query(`create role ${role};
    create schema ${role} authorization ${role};
    grant create, usage on schema public to ${role};
    set role ${role}`);
  const { rows } = await client.query<{ done: number }>(
    `select count(*)::integer as done from (
       select pg_temp.shadow(s, oid) from pg_proc, unnest($1::text[]) s
       where pronamespace = 'pg_catalog'::regnamespace and prokind = 'f' and proname = any ($2)
       union all
       select pg_temp.shadow_operator(s, oid) from pg_operator, unnest($1) s
       where oprnamespace = 'pg_catalog'::regnamespace and oprname = any ($3) and oprleft <> 0
     ) made (is_made) where is_made`,
    [['public', role], [...called], operators],
  );
  await client.query('reset role');
  return rows[0]!.done;
}

const makers = `
create function pg_temp.shadow(place text, what oid) returns boolean language plpgsql as $$
declare p pg_proc;
begin
  select * into p from pg_proc where oid = what;
  execute format(
    'create function %I.%I(%s) returns %s language plpgsql as %L', place, p.proname,
    pg_get_function_identity_arguments(what), pg_get_function_result(what),
    format('begin raise exception %L; end', 'shadow of ' || p.proname));
  return true;
exception when others then return false;
end $$;
create function pg_temp.shadow_operator(place text, what oid) returns boolean
language plpgsql as $$
declare
  o pg_operator;
  name text;
begin
  select * into o from pg_operator where oid = what;
  name := 'shadow_' || what;
  execute format(
    'create function %I.%I(%s, %s) returns %s language plpgsql as %L', place, name,
    o.oprleft::regtype, o.oprright::regtype, o.oprresult::regtype,
    format('begin raise exception %L; end', 'shadow of operator ' || o.oprname));
  execute format('create operator %I.%s (leftarg = %s, rightarg = %s, function = %I.%I)', place,
    o.oprname, o.oprleft::regtype, o.oprright::regtype, place, name);
  return true;
exception when others then return false;
end $$`;

it('nothing of another role runs, whatever it has put in front of what we call', async () => {
  const db = await createTestDatabase({ migrated: false });
  const role = `mallory_${randomBytes(4).toString('hex')}`;
  try {
    const { client } = db.session;
    await client.query(makers);
    expect(await putShadows(db, role)).toBeGreaterThan(1000);
    await client.query(`do $$ begin execute format(
      'alter database %I set search_path = ${role}, public, pg_catalog', current_database());
    end $$`);
    const stranger = await db.database.session();
    await stranger.client.query('reset search_path');
    await expect(stranger.client.query(`select lower('A')`)).rejects.toThrow('shadow of lower');

    await counted('every command among functions of others', 'after', async () => {
      const migrated = await runCli(['db', 'migrate', '--search-index'], { url: db.url });
      expect(migrated.code, migrated.stderr).toBe(0);
      await tryEveryCommand(db.url);
    });
  } finally {
    await db.session.client.query(`drop owned by ${role} cascade; drop role ${role}`);
    await db.drop();
  }
});
