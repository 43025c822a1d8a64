import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqlText } from '../../src/db/sql.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';
import { filesIn, read } from './sources.js';

const statements = filesIn('sql', '.sql').filter((path) => !path.startsWith('sql/migrations/'));
const nameOf = (path: string) => path.slice('sql/'.length, -'.sql'.length);

/** What Citus wants said otherwise; tests/distributed runs it where there is a cluster. */
const isForCitus = (name: string) => name.startsWith('distributed/');
/** The statement that a twin stands for, where there is one. */
const plainName = (name: string) => {
  const plain = name.replace(/^distributed\//, '');
  return statements.includes(`sql/${plain}.sql`) ? plain : name;
};

/** Conditions, lists of columns and assignments: no statements by themselves, planned with those around them. */
const fragments = [
  'db/is_asked_after',
  'catalog/columns',
  'load/fields',
  'load/same_sku',
  'load/is_named',
  'load/staged_columns',
  'load/overwrite',
  'load/action_word',
];

/** What makes the tables and operators that other statements need, each in its own transaction. */
const temporary = [
  'db/create_trigrams',
  'load/create_staging',
  'load/create_superseded',
  'load/create_late_rejects',
];
/** What fills a {{place}} that no file does. */
const parts = { columns: 'row_number, sku', mode: 'read committed', trigrams: 'public' };

/** What is no statement, but a part of several: about one product. */
const expressions = ['catalog/chosen', 'catalog/search_document'];

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

it.each(filesIn('sql', '.sql'))('%s is ASCII, as a server may have another encoding', (path) => {
  expect(read(path)).toMatch(/^[\n\x20-\x7e]*$/);
});

describe.each(statements)('%s', (path) => {
  const name = nameOf(path);

  it('opens with a comment that says what it is for', () => {
    expect(read(path)).toMatch(/^-- [A-Z].*/);
  });

  it('is used', () => {
    const users = [...filesIn('src', '.ts'), ...statements].filter((file) =>
      mentions(file, plainName(name)),
    );
    expect(users).not.toEqual([]);
  });

  it.skipIf(isForCitus(name) || fragments.includes(name))(
    'can be planned by a migrated database',
    async () => {
      const { client } = db.session;
      await client.query('begin');
      try {
        for (const made of temporary) await client.query(sqlText(made, 'prodimport', parts));
        if (!temporary.includes(name)) await prepare(name);
      } finally {
        await client.query('rollback');
      }
    },
  );
});

/** By its whole name, or by a template such as `load/${word}_missing`. */
function mentions(file: string, name: string): boolean {
  const text = read(file);
  if (text.includes(`'${name}'`) || text.includes(`{{${name}}}`)) return true;
  return [...text.matchAll(/`([a-z]+\/[a-z_]*\$\{[^`]+)`/g)].some(([, template]) => {
    const pattern = template!.split(/\$\{[^}]+\}/).map((part) => part.replace('/', '\\/'));
    return new RegExp(`^${pattern.join('[a-z_]+')}$`).test(name);
  });
}

/** Utility statements can't be prepared: they are run, in a transaction that is rolled back. */
async function prepare(name: string): Promise<void> {
  const { client } = db.session;
  const file = sqlText(name, 'prodimport', parts);
  const text = expressions.includes(name) ? `select ${file} from prodimport.products` : file;
  const first = /^(?:\s*--.*\n)*\s*(\w+)/.exec(text)![1]!.toLowerCase();
  if (['select', 'insert', 'update', 'delete', 'with', 'values'].includes(first)) {
    await client.query(`prepare tried as ${text}`);
    await client.query('deallocate tried');
  } else if (first === 'copy') {
    await db.session.copyIn(name, parts, nothing());
  } else {
    await client.query(text);
  }
}

async function* nothing(): AsyncGenerator<Buffer> {}
