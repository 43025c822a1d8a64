import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runCli } from '../setup/cli.js';
import { useFolder } from '../setup/folder.js';

const root = new URL('../../', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
  version: string;
};
const folder = useFolder();

describe('--version', () => {
  it('is the version and nothing else', async () => {
    for (const flag of ['--version', '-V']) {
      expect(await runCli([flag])).toMatchObject({
        code: 0,
        stdout: `${manifest.version}\n`,
        stderr: '',
      });
    }
  });

  it('is a document with --json', async () => {
    for (const words of [['--version'], ['--verbose', '-V']]) {
      const { json } = await runCli([...words, '--json']);
      expect(json()).toEqual({ version: manifest.version });
    }
  });

  it('tells with --verbose the versions of Node.js and PostgreSQL, and the commit of a clone', async () => {
    const { code, stdout } = await runCli(['--version', '--verbose']);
    const [own, node, postgres] = stdout.split('\n');
    expect(code).toBe(0);
    expect(own).toMatch(new RegExp(`^prodimport ${manifest.version}( \\([0-9a-f]{7,}\\))?$`));
    expect(node).toBe(`Node.js ${process.versions.node}, ${process.platform} ${process.arch}`);
    expect(postgres).toMatch(/^PostgreSQL (18\.\S+ \(embedded\)|not embedded on this machine)$/);
  });
});

/** The addresses of the modules that a run imports. */
async function importedModules(args: string[]): Promise<string[]> {
  const list = folder.write('imports', '');
  const hook = fileURLToPath(new URL('tests/setup/list-imports.js', root));
  const env = { NODE_OPTIONS: `--import=${hook}`, LIST_IMPORTS: list };
  const { code, stderr } = await runCli(args, { env });
  expect(code, stderr).toBe(0);
  const urls = folder.read('imports').split('\n');
  expect(urls.some((url) => url.endsWith('/dist/main.js'))).toBe(true);
  return urls;
}

/** The packages that a run imports. */
async function importedPackages(args: string[]): Promise<string[]> {
  const urls = await importedModules(args);
  const names = urls.map((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

describe('what is asked most waits for no heavy package:', () => {
  it.each([[['--version']], [['--help']], [['load', '--help']], [['db']], [[]]])(
    '%j',
    async (args) => {
      expect(await importedPackages(args)).toEqual(['commander']);
    },
  );

  it('a template, for which zod, pg and exceljs are not needed', async () => {
    const packages = await importedPackages(['template']);
    expect(packages).not.toEqual(expect.arrayContaining(['zod']));
    expect(packages.filter((name) => ['zod', 'pg', 'exceljs', 'pino'].includes(name))).toEqual([]);
  });

  it.each([
    [['template'], 'template'],
    [['product', 'list', '--help'], 'product/list'],
    [['help', 'webhook', 'list'], 'webhook/list'],
  ])('%j, which reads no other command, and no profile', async (args, own) => {
    const urls = await importedModules(args);
    const read = urls.flatMap((url) => /\/dist\/commands\/(.*)\.js$/.exec(url)?.[1] ?? []);
    expect(read).toEqual(expect.arrayContaining(['index', own]));
    const verb = /^(?:index|schema|options|.*\/(?:options|render))$/;
    expect(read.filter((file) => file !== own && !verb.test(file))).toEqual([]);
    expect(urls.filter((url) => url.endsWith('.json'))).toEqual([]);
  });
});
