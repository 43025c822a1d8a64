import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { load } from '../../src/commands/load.js';
import { useCatalogue } from '../setup/catalogue.js';
import { runCommand } from '../setup/load.js';
import type { Report } from '../../src/load/job.js';

/** What is right for a file of `files/`, which shops and suppliers really write like this. */
interface Case {
  file: string;
  options?: string;
  exit: number;
  /** The code of the refusal, and the options that its message names. */
  refused?: string;
  names?: string[];
  /** Row, column and code of each fault. */
  rejects?: string[];
  /** All that the catalogue holds then; a field that is blank, or active, is not there. */
  products?: object[];
}

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const cases = readFileSync(path('right.ndjson'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);
const kinds = [...new Set(cases.map(({ file }) => file.split('/')[0]!))];

const stored = `
  select jsonb_strip_nulls(jsonb_build_object(
    'sku', sku, 'name', name, 'description', description, 'price', price::text,
    'active', nullif(active, true), 'owner', owner, 'images', nullif(to_jsonb(images), '[]'),
    'attributes', nullif(attributes, '{}'))) as product
  from prodimport.products where sku <> 'BYSTANDER' order by sku collate "C"`;

const db = useCatalogue();

async function come({ file, options = '' }: Case): Promise<Case> {
  const argv = [path(`files/${file}`), ...options.split(' ').filter(Boolean)];
  const { exitCode, result, error } = await runCommand<Report>(db(), load as never, argv);
  const faults = result?.failedRows ?? [];
  const { rows } = await db().session.client.query<{ product: object }>(stored);
  return {
    file,
    ...(options === '' ? {} : { options }),
    exit: exitCode,
    ...(error && { refused: error.code, names: optionsIn(error.message) }),
    ...(faults.length > 0 && {
      rejects: faults.map((one) => [one.rowNumber, one.column, one.code].filter(Boolean).join(' ')),
    }),
    ...(rows.length > 0 && { products: rows.map(({ product }) => product) }),
  };
}

function optionsIn(message: string): string[] {
  return [...new Set(message.match(/--[a-z-]+(?: "[^"]*"| '[^']*'| [\w.,;-]+)?/g) ?? [])];
}

describe.each(kinds)('%s:', (kind) => {
  const some = cases.filter(({ file }) => file.startsWith(`${kind}/`));
  it.each(some)('$file', async (each) => {
    expect(await come(each)).toEqual(each);
  });
});
