import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/report/schema.js';
import { runCli } from '../setup/cli.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';

const folders: string[] = [];
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(async () => {
  await db.drop();
  for (const folder of folders) await rm(folder, { recursive: true });
});

/** A folder with a configuration file, and perhaps a `.env`. */
function folderWith(config: unknown, env = ''): string {
  const folder = mkdtempSync(join(tmpdir(), 'prodimport-config-'));
  folders.push(folder);
  const text = typeof config === 'string' ? config : JSON.stringify(config);
  writeFileSync(join(folder, 'prodimport.config.json'), text);
  writeFileSync(join(folder, '.env'), env);
  return folder;
}

/** What `--debug` says of one setting. */
async function setting(name: string, args: string[], options: Parameters<typeof runCli>[1]) {
  const { stderr } = await runCli([...args, '--debug'], options);
  return stderr.split('\n').find((line) => line.startsWith(`${name} = `));
}

describe('the options of a command', () => {
  const config = { load: { decimal: ',', maxRejects: '50%', onDuplicate: 'first' } };
  const stdin = 'sku;name;price\nA-1;Lamp;1.234\nA-1;Bulb;2\n';

  it('take their values from the file where the command line does not name them', async () => {
    const cwd = folderWith(config);
    const { json, stderr } = await runCli(['load', '-', '--json'], { url: db.url, stdin, cwd });
    expect(json<Report>(), stderr).toMatchObject({ rows: { read: 2, duplicates: 1 } });
    const { rows } = await db.session.client.query('select name, price from prodimport.products');
    expect(rows).toEqual([{ name: 'Lamp', price: '1234.0000' }]);
  });

  it('have a limit that was parsed, as on the command line', async () => {
    const cwd = folderWith({ load: { maxRejects: 0 } });
    const { code } = await runCli(['load', '-'], { url: db.url, stdin: 'sku,name\nB-1,\n', cwd });
    expect(code).toBe(4);
  });

  it('stand below the command line, whole lists, too', async () => {
    const cwd = folderWith({ load: { blank: 'clear', map: ['Artikel=sku', 'Label=name'] } });
    const args = ['load', 'no.csv', '--blank', 'keep', '--map', 'Art=sku'];
    expect(await setting('blank', args, { cwd })).toBe('blank = keep (command line)');
    expect(await setting('map', args, { cwd })).toBe('map = ["Art=sku"] (command line)');
  });

  it('stand above a profile, whose values --debug tells, too', async () => {
    const cwd = folderWith({ load: { decimal: '.', profile: 'supplier.json' } });
    const options = { decimal: ',', delimiter: ';' };
    const profile = { name: 'supplier', map: { Nr: 'sku' }, options };
    writeFileSync(join(cwd, 'supplier.json'), JSON.stringify(profile));
    writeFileSync(join(cwd, 'feed.csv'), 'Nr;name;price\nD-1;Lamp;1.5\n');
    const { code, stderr } = await runCli(['load', 'feed.csv', '--debug'], { url: db.url, cwd });
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('\ndecimal = . (prodimport.config.json)\n');
    expect(stderr).toContain('\ndelimiter = ; (profile supplier.json)\n');
  });

  it('leave other commands alone', async () => {
    const cwd = folderWith({ 'product list': { limit: 1 }, status: { limit: 3 } });
    const limit = await setting('limit', ['product', 'list'], { cwd, url: db.url });
    expect(limit).toBe('limit = 1 (prodimport.config.json)');
    expect(await setting('limit', ['image', 'dead'], { cwd, url: db.url })).toContain('default');
  });
});

describe('database and schema', () => {
  const config = { schema: 'of_file', database: 'postgresql://me:geheim@nowhere.invalid/of_file' };
  const args = ['template'];

  it('come from the file where nothing else names them', async () => {
    const cwd = folderWith(config);
    expect(await setting('schema', args, { cwd })).toBe(
      'schema = of_file (prodimport.config.json)',
    );
    expect(await setting('database', args, { cwd })).toContain('database of_file');
  });

  it('come from .env before the file, and from the environment before that', async () => {
    const cwd = folderWith(config, 'PRODIMPORT_SCHEMA=of_env\nDATABASE_URL=postgresql://h/of_env');
    expect(await setting('schema', args, { cwd })).toBe(
      'schema = of_env (PRODIMPORT_SCHEMA in .env)',
    );
    expect(await setting('database', args, { cwd })).toContain('database of_env');
    const exported = {
      cwd,
      env: { PRODIMPORT_SCHEMA: 'exported' },
      url: 'postgresql://h/exported',
    };
    expect(await setting('schema', args, exported)).toBe('schema = exported (PRODIMPORT_SCHEMA)');
    expect(await setting('database', args, exported)).toContain('database exported');
  });

  it('come from the command line before all of them', async () => {
    const cwd = folderWith(config, 'PRODIMPORT_SCHEMA=of_env');
    const options = { cwd, env: { PRODIMPORT_SCHEMA: 'exported' } };
    const flags = [...args, '--schema', 'flag', '--database', 'postgresql://h/flag'];
    expect(await setting('schema', flags, options)).toBe('schema = flag (command line)');
    expect(await setting('database', flags, options)).toContain('database flag');
  });

  it('are really used', async () => {
    const cwd = folderWith({ database: db.url, schema: 'elsewhere' });
    const { code, stderr } = await runCli(['status'], { cwd });
    expect([code, stderr]).toEqual([5, expect.stringContaining('"elsewhere" is not there yet')]);
  });

  it('never show a password', async () => {
    const cwd = folderWith(config);
    const { stderr } = await runCli([...args, '--debug'], { cwd });
    expect(stderr).toContain('nowhere.invalid');
    expect(stderr).not.toContain('geheim');
  });
});

describe('global settings', () => {
  it('quiet and logFormat work from the file', async () => {
    const stdin = 'sku,name\nC-1,x\n';
    const quiet = folderWith({ quiet: true });
    expect((await runCli(['load', '-'], { url: db.url, stdin, cwd: quiet })).stderr).toBe('');
    const log = folderWith({ logFormat: 'json' });
    const { stderr } = await runCli(['load', '-'], { url: db.url, stdin, cwd: log });
    for (const line of stderr.trimEnd().split('\n')) JSON.parse(line);
  });

  it('color of the file stands below FORCE_COLOR', async () => {
    const cwd = folderWith({ color: false });
    expect(await setting('color', ['template'], { cwd })).toBe(
      'color = false (prodimport.config.json)',
    );
    const forced = { cwd, env: { FORCE_COLOR: '1' } };
    expect(await setting('color', ['template'], forced)).toBe('color = true (FORCE_COLOR)');
  });

  it('secrets are masked by --debug', async () => {
    const args = ['webhook', 'verify', '--secret', 'whsec_geheim', '--debug'];
    const { stderr } = await runCli(args);
    expect(stderr).toContain('secret = *** (command line)');
    expect(stderr).not.toContain('geheim');
  });
});

describe('a file that is wrong is refused before anything starts:', () => {
  it.each([
    ['{"laod": {}}', 'there is no laod; did you mean load?'],
    ['{"load": {"maxReject": 2}}', 'there is no load.maxReject; did you mean maxRejects?'],
    ['{"load": {"blank": "maybe"}}', 'load.blank: Invalid option: expected one of "keep"|"clear"'],
    ['{"load": {"maxRejects": "few"}}', 'load.maxRejects: It takes a number of rows'],
    ['{"load": {"wait": "long"}}', 'load.wait: It takes a whole number from 0.'],
    ['{"load": {"dryRun": "yes"}}', 'load.dryRun: Invalid input: expected boolean'],
    ['{"load": {"owner": ""}}', 'load.owner: It is empty.'],
    ['{"database": ""}', 'database: It is empty.'],
    ['{"purge": {"yes": true}}', 'purge.yes is for the command line only'],
    ['{"load": {"detach": true}}', 'load.detach is for the command line only'],
    ['{"quiet": 1}', 'quiet: Invalid input: expected boolean'],
    ['{"quiet": true', 'it is not JSON'],
    ['[]', 'it: Invalid input: expected object'],
  ])('%s', async (config, complaint) => {
    const cwd = folderWith(config);
    const { code, stdout, stderr } = await runCli(['template'], { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`prodimport: prodimport.config.json: ${complaint}`);
  });

  it('but --help works beside it', async () => {
    const { code } = await runCli(['load', '--help'], { cwd: folderWith('{') });
    expect(code).toBe(0);
  });
});
