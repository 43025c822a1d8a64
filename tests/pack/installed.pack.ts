import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'prodimport-pack-'));
const run = promisify(execFile);
let files: string[];

/** Runs the installed command as a user of an empty folder does. */
async function prodimport(...args: string[]) {
  const env = { PATH: process.env.PATH, HOME: folder, PRODIMPORT_HOME: join(folder, 'home') };
  return run('npx', ['--no', '--offline', 'prodimport', ...args], { cwd: folder, env });
}

beforeAll(async () => {
  const packed = await run('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: root,
    maxBuffer: 2 ** 26,
  });
  // What the scripts print stands before the JSON.
  const [{ filename, files: list }] = JSON.parse(
    packed.stdout.slice(packed.stdout.search(/^\[\s*$/m)),
  ) as [{ filename: string; files: { path: string }[] }];
  files = list.map(({ path }) => path);
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  await run('npm', ['install', '--ignore-scripts', '--no-audit', `./${filename}`], { cwd: folder });
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
      'npm-shrinkwrap.json',
      'package.json',
      'sql',
    ]);
    const inDist = files.filter((path) => path.startsWith('dist/') && path !== 'dist/commit');
    expect(inDist.filter((path) => !path.endsWith('.js'))).toEqual([]);
  });

  it('pins what was tested, and nothing of development', () => {
    const path = join(folder, 'node_modules/prodimport/npm-shrinkwrap.json');
    const { packages } = JSON.parse(readFileSync(path, 'utf8')) as { packages: object };
    expect(Object.keys(packages)).toContain('node_modules/pg');
    expect(Object.keys(packages)).not.toContain('node_modules/vitest');
  });

  it('leaves no lock file for users in the clone', () => {
    expect(() => readFileSync(join(root, 'npm-shrinkwrap.json'))).toThrow('ENOENT');
  });
});

describe('installed without install scripts into an empty folder', () => {
  it('says what it is', async () => {
    const { stdout } = await prodimport('--version', '--verbose');
    expect(stdout).toMatch(/^prodimport \d+\.\d+\.\d+ \([0-9a-f]+\)\nNode\.js .*\nPostgreSQL 18/);
  });

  it('loads a file into the embedded server', async () => {
    writeFileSync(join(folder, 'products.csv'), 'sku,name\nA-1,Lamp\n');
    const { stdout } = await prodimport('load', 'products.csv', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ status: 'completed', products: { inserted: 1 } });
    await prodimport('db', 'stop');
  });
});
