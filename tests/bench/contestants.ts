import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureProgram, runProgram, type Run } from './measuring.js';
import type { BenchServer } from './server.js';

/** A way to bring a file into a database, with a schema of its own on the shared server. */
export interface Contestant {
  name: string;
  schema: string;
  /** An empty catalogue: tables are made anew, not emptied. */
  reset: () => Promise<void>;
  load: (file: string) => Promise<Run>;
  /** How many times a run's figures are to be taken, where only a sample of the rows was loaded. */
  factor: number;
}

/** How contestants are to be held, the same on all sides. */
export interface Conditions {
  server: BenchServer;
  /** PostgreSQL's own, such as `work_mem=256MB`: what one has set, all have. */
  settings: readonly string[];
}

function optionsOf({ settings }: Conditions): string {
  return settings.map((setting) => `-c ${setting}`).join(' ');
}

function path(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** What the package installs. */
export const executable = path('../../bin/prodimport.js');

/** The built command, as a user would call it. */
export function prodimport(
  conditions: Conditions,
  schema: string,
  options: string[] = [],
  name = 'prodimport',
  program = executable,
): Contestant {
  const { server } = conditions;
  const target = ['--database', server.url, '--schema', schema, '--json', '--quiet'];
  const env = { PGOPTIONS: optionsOf(conditions) };
  return {
    name,
    schema,
    factor: 1,
    reset: async () => {
      await server.client.query(`drop schema if exists ${schema} cascade`);
      await runProgram([program, 'db', 'migrate', ...target], env);
    },
    load: (file) => measureProgram([program, 'load', file, ...options, ...target], env),
  };
}

/** Another build of the same: the folder of a checkout, built. */
export function olderProdimport(
  conditions: Conditions,
  schema: string,
  folder: string,
): Contestant {
  const program = join(folder, 'bin/prodimport.js');
  return prodimport(conditions, schema, [], `prodimport of ${basename(folder)}`, program);
}

/** One whose catalogue is searchable before anything is in it. */
export function withSearchIndex({ server }: Conditions, contestant: Contestant): Contestant {
  const target = ['--database', server.url, '--schema', contestant.schema, '--quiet'];
  return {
    ...contestant,
    reset: async () => {
      await contestant.reset();
      await runProgram([executable, 'db', 'migrate', '--search-index', ...target], {});
    },
  };
}

/** One whose columns `stock` to `condition` are fields of one's own, each of a type of its own. */
export function withFields({ server }: Conditions, contestant: Contestant): Contestant {
  const target = ['--database', server.url, '--schema', contestant.schema, '--quiet'];
  const fields = [
    ...['stock', 'weight', 'cost', 'gtin', 'available_from --type date'],
    'condition --type choice --choices new,used,refurbished',
  ];
  return {
    ...contestant,
    reset: async () => {
      await contestant.reset();
      for (const field of fields) {
        await runProgram([executable, 'field', 'add', ...field.split(' '), ...target], {});
      }
    },
  };
}

/** A SQL script with COPY, by a process that does nothing but feed it. */
export function script(conditions: Conditions, schema: string, file = 'script.sql'): Contestant {
  const argv = (data: string) => [
    path('contestants/script.js'),
    conditions.server.url,
    path(file),
    data,
  ];
  return onOwnTable(conditions, { name: 'SQL script', schema, factor: 1 }, argv);
}

/** Upserts of many rows a statement. */
export function batches(conditions: Conditions, schema: string): Contestant {
  const program = path('contestants/batches.js');
  const argv = (data: string) => [program, conditions.server.url, data, '1000'];
  return onOwnTable(conditions, { name: 'batches of 1,000', schema, factor: 1 }, argv);
}

/** Upserts of one row a statement: so slow that a sample has to do. */
export function singles(conditions: Conditions, schema: string, rows: number): Contestant {
  const sample = Math.min(5000, rows);
  const program = path('contestants/batches.js');
  const argv = (data: string) => [program, conditions.server.url, data, '1', String(sample)];
  const name = `one by one (${sample} rows, extrapolated)`;
  return onOwnTable(conditions, { name, schema, factor: rows / sample }, argv);
}

type Identity = Pick<Contestant, 'name' | 'schema' | 'factor'>;

function onOwnTable(
  conditions: Conditions,
  identity: Identity,
  argv: (file: string) => string[],
): Contestant {
  const { schema } = identity;
  const { client } = conditions.server;
  const env = { PGOPTIONS: `${optionsOf(conditions)} -c search_path=${schema}` };
  return {
    ...identity,
    reset: async () => {
      await client.query(`drop schema if exists ${schema} cascade`);
      await client.query(`create schema ${schema}`);
      await client.query(tableIn(schema));
    },
    load: (file) => measureProgram(argv(file), env),
  };
}

/** What a script fills, with the indexes that ours has; columns left null cost it nothing. */
function tableIn(schema: string): string {
  return `
    create table ${schema}.products (
      id bigint generated by default as identity primary key,
      sku text not null,
      name text,
      description text,
      price numeric(16, 4),
      active boolean,
      owner text,
      images text[],
      attributes jsonb
    );
    create unique index on ${schema}.products (lower(sku))`;
}
