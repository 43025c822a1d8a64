import { expect, it } from 'vitest';
import { identifier, inSchema, sqlText } from '../../src/db/sql.js';

it('gives a statement as it stands in its file', () => {
  expect(sqlText('db/schema_version', 'prodimport')).toContain('from prodimport.migrations');
});

it('moves a statement to another schema, in names and in strings that hold names', () => {
  expect(inSchema(`select 'prodimport.jobs' from prodimport.jobs`, 'Shop 2')).toBe(
    `select '"Shop 2".jobs' from "Shop 2".jobs`,
  );
  expect(inSchema('from notprodimport.x, prodimportal', 's')).toBe(
    'from notprodimport.x, prodimportal',
  );
});

it('does not read a schema of dollars as a pattern', () => {
  expect(inSchema('from prodimport.jobs', `$&$'`)).toBe(`from "$&$'".jobs`);
});

it('includes the statements that a statement names, and fills its places', () => {
  const text = sqlText('load/merge', 'prodimport');
  expect(text).not.toContain('{{');
  expect(sqlText('load/copy_products', 'prodimport', { columns: 'sku' })).toContain('(sku)');
});

it('quotes an identifier', () => {
  expect(identifier('a"b')).toBe('"a""b"');
});
