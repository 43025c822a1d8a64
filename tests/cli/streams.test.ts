import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Context } from '../../src/cli/context.js';
import { progressLineSchema } from '../../src/terminal/progress/json.js';
import { cliEnvironment, runCli, shellLine, startCli } from '../setup/cli.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';

let db: TestDatabase;
let folder: string;
beforeAll(async () => {
  db = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'prodimport-cli-'));
});
afterAll(async () => {
  await db.drop();
  await rm(folder, { recursive: true });
});

const csv = 'sku,name\nA-1,Lamp\nB-2,\n';
const load = (args: string[], env: Record<string, string> = {}) =>
  runCli(['load', '-', ...args], { url: db.url, stdin: csv, env });

const documents = readFileSync(new URL('../../bin/README.md', import.meta.url), 'utf8');

// eslint-disable-next-line no-control-regex
const ansi = /\u001b\[/;

/** Runs a line of sh, such as a pipe. */
async function shell(line: string) {
  const child = spawn('bash', ['-c', line], { cwd: folder, env: cliEnvironment({ url: db.url }) });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { stdout, stderr, code };
}

describe('standard output', () => {
  it('carries the result and nothing else; notes go to standard error', async () => {
    const { stdout, stderr, code } = await load([]);

    expect(code).toBe(3);
    expect(stdout).toContain('rejected');
    expect(stdout).not.toContain('Loading');
    expect(stderr).toContain('Loading');
    expect(stdout.endsWith('\n')).toBe(true);
  });

  it('is exactly one JSON document under --json', async () => {
    const { json, stdout } = await load(['--json']);

    expect(json()).toMatchObject({ schemaVersion: 1, status: 'completed_with_rejects' });
    expect(stdout.trimEnd()).not.toContain('\n');
  });

  it('is empty on failure, and standard error ends with the error as JSON', async () => {
    const { stdout, stderr, code } = await runCli(['report', '999', '--json'], { url: db.url });

    expect([code, stdout]).toEqual([6, '']);
    const last = JSON.parse(stderr.trimEnd().split('\n').at(-1)!) as unknown;
    expect(last).toEqual({ error: { code: 'job_not_found', message: expect.any(String) } });
  });

  it('carries the report of a load that was refused, and standard error why', async () => {
    const { json, stderr, code } = await load(['--json', '--max-rejects', '0']);

    expect(code).toBe(4);
    expect(json()).toMatchObject({ status: 'refused', products: null });
    const last = JSON.parse(stderr.trimEnd().split('\n').at(-1)!) as unknown;
    expect(last).toEqual({ error: { code: 'max_rejects', message: expect.any(String) } });
  });

  it('has jobs in a pipe as tab-separated lines with bare figures, which programs can read', async () => {
    const many = Array.from({ length: 1500 }, (_, i) => `P-${i},Name\n`).join('');
    await runCli(['load', '-', '--quiet'], { url: db.url, stdin: `sku,name\n${many}` });
    const { stdout } = await runCli(['status', 'last'], { url: db.url });
    expect(stdout).toMatch(/^\d+\tload\tcompleted\tdone\t1500\t0\t\d{5}\t-\t\d{4}-.*Z\n$/);
  });

  it.each([
    ...['product list', 'product history', 'owner list', 'field list', 'status'],
    ...['webhook list', 'webhook deliveries', 'image status', 'image dead'],
  ])('%s --with-header names the documented columns, as many as each line has', async (name) => {
    const { client } = db.session;
    await load(['--quiet']);
    await client.query(`
      insert into prodimport.products (sku, name, owner, images)
        values ('W-1', 'Wok', 'acme', '{https://img.example/1.jpg}') on conflict do nothing;
      insert into prodimport.fields (name, type, aliases) values ('stock', 'integer', '{}')
        on conflict do nothing;
      insert into prodimport.endpoints (id, url, events, secret)
        values (9, 'http://127.0.0.1:1/', '{product.created}', 'x') on conflict do nothing;
      insert into prodimport.deliveries (id, endpoint_id, event, body)
        values ('msg_1', 9, 'product.created', '{}') on conflict do nothing`);
    const which = name === 'product history' ? ['W-1'] : [];
    const table = async (...words: string[]) =>
      (await runCli([...name.split(' '), ...which, ...words], { url: db.url })).stdout.split('\n');
    const [header, ...rows] = await table('--with-header');
    expect(rows).toEqual(await table());
    const columns = header!.split('\t');
    const row = new RegExp(String.raw`\| \`${name}\` \| (.*) \|`).exec(documents);
    const documented = row![1]!.replace(/ \([^)]*\)/g, '').split(', ');
    expect(columns).toEqual(documented);
    const { stdout: help } = await runCli([...name.split(' '), '--help']);
    expect(help.replace(/\s+/g, ' ')).toContain(columns.join(', '));
    const cells = rows.slice(0, -1).map((line) => line.split('\t').length);
    if (name !== 'image dead') expect(cells).not.toEqual([]);
    expect(new Set(cells)).toEqual(new Set(cells.map(() => columns.length)));
  });

  it('may be closed early: a reader who leaves is no error', async () => {
    for (let i = 0; i < 3; i++) await load([]);
    const line = `${shellLine(['status', '--json'])} | head -c 1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await shell(line);

    expect(stdout).toBe('[0\n');
    expect(stderr).toBe('');
  });

  it('may be closed early by a reader of a long report', async () => {
    const rows = Array.from({ length: 5000 }, (_, i) => `S-${i},`).join('\n');
    await runCli(['load', '-', '--quiet'], { url: db.url, stdin: `sku,name\n${rows}\n` });
    const report = shellLine(['report', 'last', '--format', 'csv']);
    const { stdout, stderr } = await shell(`${report} | head -1; echo "\${PIPESTATUS[0]}"`);

    expect(stdout.trimEnd().split('\n')).toHaveLength(2);
    expect(stdout.trimEnd().split('\n')[1]).toBe('0');
    expect(stderr).toBe('');
  });
});

describe.runIf(existsSync('/dev/full'))('a standard output that is full', () => {
  const full = async (args: string[]) => {
    const { code, stderr } = await shell(`${shellLine(args)} < stdin.csv > /dev/full`);
    expect(stderr).toContain("Standard output can't be written: the disk is full.");
    return { code, stderr };
  };
  beforeAll(() => writeFile(join(folder, 'stdin.csv'), csv));

  it('leaves what was committed, and says where to see it: exit 3', async () => {
    const { code, stderr } = await full(['load', '-', '--quiet', '--json']);
    const { error } = JSON.parse(stderr) as { error: { code: string; message: string } };
    expect([code, error.code]).toEqual([3, 'output']);
    const [, job] = /Job (\d+) is committed; see `prodimport report \1`/.exec(error.message)!;
    expect((await runCli(['report', job!], { url: db.url })).stdout).toContain('Loaded');
    expect((await full(['product', 'add', '--sku', 'F-1', '--name', 'Fan'])).code).toBe(3);
    expect((await runCli(['product', 'get', 'F-1'], { url: db.url })).code).toBe(0);
  });

  it('does not hide why a load was refused', async () => {
    const { code, stderr } = await full(['load', '-', '--quiet', '--max-rejects', '0']);
    expect(code).toBe(4);
    expect(stderr).toContain('--max-rejects allows 0');
  });

  it.each([['status'], ['load', '-', '--dry-run'], ['--help'], ['--version'], ['help', 'load']])(
    'is exit 1 where nothing but the result was asked for: %s',
    async (...args) => {
      expect((await full(args)).code).toBe(1);
    },
  );
});

describe('standard error', () => {
  it('names the target without its password', async () => {
    const { stderr } = await load([]);
    expect(stderr).toContain(`database ${new URL(db.url.replace('@/', '@x/')).pathname.slice(1)}`);
  });

  it('is empty under --quiet, but for errors', async () => {
    expect((await load(['--quiet'])).stderr).toBe('');
    const failed = await load(['--quiet', '--max-rejects', '0']);
    expect(failed.stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('carries progress as NDJSON under --progress json', async () => {
    const { stderr } = await load(['--progress', 'json', '--json']);
    const lines = stderr.trimEnd().split('\n');
    const documents = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    for (const document of documents) progressLineSchema(z).parse(document);
    // Before it may stand that standard input is waited for.
    const notes = documents.filter(({ note }) => note !== undefined);
    expect(notes[0]).toEqual({ note: expect.stringMatching(/^Loading standard input into/) });
    expect(documents.at(-1)).toMatchObject({ phase: 'done' });
  });

  it.each([
    [['load', '-', '--max-rejects', '0'], 'max_rejects'],
    [['load', 'missing.csv'], 'file_missing'],
    [['load', '-', '--profil'], 'usage'],
  ])('is NDJSON to its end under --progress json: %s', async (args, code) => {
    const { stderr } = await runCli([...args, '--progress', 'json'], { url: db.url, stdin: csv });
    const documents = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(documents.at(-1)).toMatchObject({ error: { code } });
  });

  it('shows a sign of life while nothing comes from standard input', async () => {
    const { child, done } = startCli(['load', '-'], { url: db.url });
    child.stderr.on('data', (text: Buffer) => {
      if (text.includes('Waiting for standard input')) child.stdin.end(csv);
    });
    const { stderr } = await done;
    expect(stderr).toMatch(
      /^Waiting for standard input\n(Waiting .*\n)*Loading standard input into/,
    );
  });

  it('keeps a bar and what is said while it is up apart', async () => {
    const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
    const streams = { stdin: process.stdin, stderr: stderr as never };
    const globals = { color: true, logFormat: 'text', progress: 'bar' } as const;
    const { signal } = new AbortController();
    const context = new Context({ exported: {}, file: {} }, globals, [], signal, streams);
    (await context.progress()).phase('reading');
    context.warn('SIGINT: stopping');
    await context.close();
    // From Node 26 on a read gives one piece, however many there are.
    stderr.end();
    // eslint-disable-next-line no-control-regex
    expect(await text(stderr)).toMatch(/rows.*\x1b\[2KSIGINT: stopping\n/);
  });
});

describe('colours', () => {
  it('are left out in a pipe, and given where FORCE_COLOR asks for them', async () => {
    expect((await load([])).stdout).not.toMatch(ansi);
    expect((await load([], { FORCE_COLOR: '1' })).stdout).toMatch(ansi);
  });

  it('are left out under NO_COLOR and --no-color', async () => {
    expect((await load([], { NO_COLOR: '1' })).stdout).not.toMatch(ansi);
    expect((await load(['--no-color'], { FORCE_COLOR: '1' })).stdout).not.toMatch(ansi);
  });
});

describe('on a terminal', () => {
  const hasScript = existsSync('/usr/bin/script');

  it.runIf(hasScript)(
    'a bar shows while a file is read, whether or not it knows its width',
    async () => {
      // On a fast machine, too, it is read for longer than the bar needs to be drawn with figures.
      const rows = Array.from({ length: 300_000 }, (_, i) => `S-${i},Name of ${i}`).join('\n');
      await writeFile(join(folder, 'many.csv'), `sku,name\n${rows}\n`);
      const command = shellLine(['load', 'many.csv']).replaceAll("'", '');
      const { stdout, code } = await shell(
        `TERM=xterm script -qec '${command}' /dev/null < /dev/null`,
      );

      expect(code).toBe(0);
      expect(stdout).toMatch(ansi);
      expect(stdout).toMatch(/rows\/s/);
      expect(stdout).toContain('%');
    },
  );

  it.runIf(hasScript)(
    'a table can be read even if the terminal says it has no columns',
    async () => {
      await load([]);
      const command = shellLine(['status', '--limit', '1']).replaceAll("'", '');
      const { stdout } = await shell(`TERM=xterm script -qec '${command}' /dev/null < /dev/null`);
      expect(stripVTControlCharacters(stdout)).toMatch(
        /⚠ \d+ rows?, \d+ rejected, (\d+ inserted|nothing changed)[^:]*: /,
      );
    },
  );
});
