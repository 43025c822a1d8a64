import { mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/load/job.js';
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
    const cwd = folderWith({ load: { onDuplicate: 'first', map: ['Artikel=sku', 'Label=name'] } });
    const args = ['load', 'no.csv', '--on-duplicate', 'last', '--map', 'Art=sku'];
    expect(await setting('onDuplicate', args, { cwd })).toBe('onDuplicate = last (command line)');
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
    expect(stderr).toContain('\ndelimiter = ; (profile supplier.json, instead of the default)\n');
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
    const cwd = folderWith(config, 'DATABASE_URL=postgresql://h/of_env');
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
    const cwd = folderWith(config);
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
    ['{"load": {"action": "delete"}}', 'load.action is for the command line only'],
    ['{"load": {"missing": "delete"}}', 'load.missing is for the command line only'],
    ['{"load": {"blank": "clear"}}', 'load.blank: clear is for the command line only'],
    ['{"purge": {"all": true}}', 'purge.all is for the command line only'],
    ['{"image process": {"allowPrivate": true}}', 'image process.allowPrivate is for'],
    ['{"image process": {"endpointUrl": "http://x"}}', 'image process.endpointUrl is for'],
    ['{"image process": {"to": "s3://bucket/x"}}', 'image process.to: s3://bucket/x is not below'],
    ['{"webhook add": {"secret": "whsec_x"}}', 'webhook add.secret is for the command line only'],
    ['{"product update": {"price": "0"}}', 'product update.price is for the command line only'],
    ['{"load": {"rejects": "/tmp/rejects.csv"}}', 'load.rejects: /tmp/rejects.csv is not below'],
    ['{"load": {"diff": "a/../../diff.ndjson"}}', 'load.diff: a/../../diff.ndjson is not below'],
    ['{"report": {"output": "/proc/self/x"}}', 'report.output: /proc/self/x is not below'],
    ['{"quiet": 1}', 'quiet: Invalid input: expected boolean'],
    ['{"quiet": true', 'it is not JSON'],
    ['[]', 'It has to be an object, such as {"schema": "shop"}.'],
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

it('takes mappings as a profile has them, too', async () => {
  const cwd = folderWith({ load: { map: { Artikel: 'sku', Titel: 'name' } } });
  const stdin = 'Artikel,Titel\nM-1,Lamp\n';
  const { json } = await runCli(['load', '-', '--dry-run', '--json'], { url: db.url, stdin, cwd });
  expect(json()).toMatchObject({ rows: { read: 1, rejected: 0 } });
});

it('tells under --debug a limit as one types it, and what a profile sets once', async () => {
  const cwd = folderWith({});
  writeFileSync(join(cwd, 'own.json'), '{"options": {"delimiter": ";"}}');
  const args = ['load', '-', '--dry-run', '--debug', '--max-rejects', '2%'];
  const stdin = 'sku;name\nM-1;Lamp\n';
  const run = await runCli([...args, '--profile', 'own.json'], { url: db.url, stdin, cwd });
  expect(run.stderr).toContain('maxRejects = 2% (command line)');
  expect(run.stderr).toContain('delimiter = ; (profile own.json, instead of the default)');
});

describe('a folder that somebody else filled', () => {
  it.each([
    ['a link to a folder elsewhere', 'out', 'out/rejects.csv'],
    ['a link to a file elsewhere', 'rejects.csv', 'rejects.csv'],
  ])('gets nothing written elsewhere by %s', async (_, link, rejects) => {
    const cwd = folderWith({ load: { rejects } });
    const elsewhere = folderWith({});
    const target = link === 'out' ? elsewhere : join(elsewhere, 'not-there-yet');
    symlinkSync(target, join(cwd, link));
    const stdin = 'sku,name\nR-1,\n';
    const { code, stderr } = await runCli(['load', '-'], { url: db.url, stdin, cwd });
    expect(code).toBe(2);
    expect(stderr).toContain(`load.rejects: ${rejects} is not below the folder of the file`);
    expect(readdirSync(elsewhere).sort()).toEqual(['.env', 'prodimport.config.json']);
  });

  it('may name outputs in itself, through links that stay inside, too', async () => {
    const cwd = folderWith({ load: { rejects: 'inside/rejects.csv' } });
    mkdirSync(join(cwd, 'real'));
    symlinkSync('real', join(cwd, 'inside'));
    const stdin = 'sku,name\nR-1,\n';
    const { code, stderr } = await runCli(['load', '-'], { url: db.url, stdin, cwd });
    expect(code, stderr).toBe(3);
    expect(readdirSync(join(cwd, 'real'))).toEqual(['rejects.csv']);
  });

  it.each([
    { options: { action: 'delete' } },
    { options: { blank: 'clear' } },
    { actionWords: { gone: 'delete' } },
  ])('has no say in what is deleted by a profile that it names: %j', async (profile) => {
    const cwd = folderWith({ load: { profile: 'own.json' } });
    writeFileSync(join(cwd, 'own.json'), JSON.stringify(profile));
    const stdin = 'sku,name\nP-1,Lamp\n';
    const run = await runCli(['load', '-'], { url: db.url, stdin, cwd });
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('The profile own.json, which prodimport.config.json names, holds');
    const typed = ['load', '-', '--profile', 'own.json', '--dry-run'];
    expect((await runCli(typed, { url: db.url, stdin, cwd })).code).not.toBe(2);
  });

  it('names no home of the embedded server, whose settings could start programs', async () => {
    const cwd = folderWith({}, 'PRODIMPORT_HOME=./home');
    const { code, stderr } = await runCli(['status'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('.env names PRODIMPORT_HOME');
    expect(readdirSync(cwd)).not.toContain('home');
  });

  it('is told as the place of an address that does not answer', async () => {
    const cwd = folderWith({}, 'DATABASE_URL=postgresql://127.0.0.1:1/shop');
    const { code, stderr } = await runCli(['status'], { cwd });
    expect(code).toBe(5);
    expect(stderr).toContain('(named by DATABASE_URL in .env): ');
  });
});
