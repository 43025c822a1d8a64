import { tmpdir } from 'node:os';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli, shellLine } from '../setup/cli.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';
import { useFolder } from '../setup/folder.js';

const folder = useFolder();
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  folder.write('good.csv', 'sku,name\nA-1,Lamp\n');
  mkdirSync(folder.path('a-folder'));
});
afterAll(() => db.drop());

const run = (args: string[], stdin = '') =>
  runCli(args, { url: db.url, cwd: folder.path('.'), stdin });

interface LogLine {
  level?: string;
  time?: string;
  msg?: string;
  phase?: string;
  error?: { code: string; message: string };
}

const logOf = (stderr: string) =>
  stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as LogLine);

it('names an error by its code after the sentence, for people who look it up', async () => {
  const { stderr } = await run(['load', 'nowhere.csv']);
  expect(stderr).toMatch(
    /^(Opening .*\n)*prodimport: nowhere\.csv: there is no such file\. .* \[file_missing\]\n$/,
  );
});

describe('under --log-format json every line of standard error is JSON:', () => {
  it('notes, progress and the end of a run', async () => {
    const { code, stderr } = await run(['load', 'good.csv', '--log-format', 'json']);
    const lines = logOf(stderr);
    expect(code).toBe(0);
    expect(lines.map(({ msg }) => msg)).toContainEqual(expect.stringMatching(/^Loading good\.csv/));
    expect(lines).toContainEqual(expect.objectContaining({ phase: 'reading' }));
    expect(lines.at(-1)).toMatchObject({ level: 'info', msg: 'load ended', exitCode: 0 });
    for (const { level, time, msg } of lines) {
      expect([level, Number.isNaN(Date.parse(time ?? '')), typeof msg]).toEqual([
        'info',
        false,
        'string',
      ]);
    }
  });

  it('only what matters under --quiet', async () => {
    const { stderr } = await run(['load', 'good.csv', '--log-format=json', '--quiet']);
    expect(logOf(stderr).map(({ msg }) => msg)).toEqual(['load ended']);
  });

  it('errors, of the command line, too', async () => {
    for (const args of [['report', '999'], ['load', 'x', '--blnk'], ['lod']]) {
      const { stderr } = await run([...args, '--log-format', 'json']);
      const last = logOf(stderr).at(-1)!;
      expect(last).toMatchObject({ level: 'error', msg: last.error!.message });
      expect(last.error!.code).toMatch(/^(job_not_found|usage)$/);
    }
  });

  it('with --json the last line is the error alone, as without', async () => {
    const { stderr } = await run(['report', '999', '--log-format', 'json', '--json']);
    expect(Object.keys(logOf(stderr).at(-1)!)).toEqual(['error']);
  });

  it('how a command failed, with its exit code and duration', async () => {
    const { code, stderr } = await run(['report', '999', '--log-format', 'json']);
    expect(logOf(stderr)).toContainEqual(
      expect.objectContaining({
        msg: 'report failed',
        exitCode: code,
        durationMs: expect.any(Number),
      }),
    );
  });

  it('settings and stacks of --debug', async () => {
    const { stderr } = await run(['report', '999', '--log-format', 'json', '--debug']);
    const lines = logOf(stderr);
    expect(lines).toContainEqual(expect.objectContaining({ level: 'debug', setting: 'schema' }));
    expect(lines).toContainEqual(
      expect.objectContaining({ msg: 'stack', stack: expect.stringContaining('job.js') }),
    );
  });
});

describe('a fault', () => {
  const options = { env: { NODE_OPTIONS: `--import=data:text/javascript,${broken()}` } };

  /** Makes the first look for a folder fail as no code expects. */
  function broken(): string {
    return encodeURIComponent(
      `process.cwd = () => { throw new TypeError('cwd is \\u001b[31mbroken'); };`,
    );
  }

  it('says what it is a fault of, where to report it, and no stack', async () => {
    const { code, stdout, stderr } = await runCli(['template'], options);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/This is a fault of prodimport \d+\.\d+\.\d+ \(Node\.js .*\)\./);
    const [, title, file] = /report what it says .*\("(.*)" in (.*) says what else/.exec(stderr)!;
    expect(readFileSync(file!, 'utf8')).toMatch(new RegExp(`^### ${title}$`, 'm'));
    expect(stderr).toContain('broken');
    expect(stderr).not.toMatch(/\n +at /);
    expect(stderr).not.toContain('\u001b');
  });

  it('shows its stack with --debug', async () => {
    const { stderr } = await runCli(['template', '--debug'], options);
    expect(stderr).toMatch(/TypeError: cwd is .*\n +at /);
  });
});

describe('an output file that can not be written is told with the way out', () => {
  it.each([
    [['load', 'good.csv', '--rejects', 'no/r.csv'], '--rejects no/r.csv', 'does not exist. Make'],
    [['template', '--output', 'good.csv'], 'good.csv', 'it exists already. Name another'],
    [['report', 'last', '--format', 'csv', '--output', 'no/r'], 'no/r', 'does not exist. Make'],
    [['report', 'last', '--format', 'csv', '--output', 'a-folder'], 'a-folder', 'is a folder'],
    [['product', 'export', '--output', 'no/p.csv'], 'no/p.csv', 'does not exist. Make'],
  ])('%j', async (args, file, wayOut) => {
    await run(['load', 'good.csv', '--quiet']);
    const { code, stderr } = await run(args);
    expect(code).toBe(2);
    expect(stderr).toContain(`prodimport: ${file} can't be written: `);
    expect(stderr).toContain(wayOut);
  });
});

it('a load that could not go to the background says why, as JSON its own code', async () => {
  const text = await run(['load', 'nowhere.csv', '--detach']);
  expect(text).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^prodimport: nowhere\.csv: there is [^[]* \[file_missing\]\n$/),
  });
  const { stderr } = await run(['load', 'nowhere.csv', '--detach', '--json']);
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'file_missing' } });
});

it('says of a template whose place is a folder that it is one', async () => {
  const { code, stderr } = await runCli(['template', '--output', tmpdir()]);
  expect(code).toBe(2);
  expect(stderr).toContain('it is a folder. Name a file in it.');
});

it('tells of a fault once and ends, even if the files of the tool are gone', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const tool = folder.path('tool');
  for (const name of ['bin', 'dist'])
    cpSync(join(root, name), join(tool, name), { recursive: true });
  for (const name of ['node_modules', 'package.json', 'sql']) {
    symlinkSync(join(root, name), join(tool, name));
  }
  rmSync(join(tool, 'dist', 'db'), { recursive: true });
  const words = [join(tool, 'bin', 'prodimport.js'), 'status'];
  const { status, stderr } = spawnSync(process.execPath, words, {
    encoding: 'utf8',
    env: {},
    timeout: 150_000,
  });
  expect(status).toBe(1);
  expect(stderr.match(/This is a fault of prodimport/g)).toHaveLength(1);
});

it.runIf(process.platform === 'linux')('ends where it may open too few files, and says so', () => {
  const words = shellLine(['load', 'feed.csv', '--database', 'postgresql://127.0.0.1:1/x']);
  const outputs = [20, 21, 22, 23, 30, 40].map((files) => {
    const run = spawnSync('bash', ['-c', `ulimit -n ${files}; ${words}`], { encoding: 'utf8' });
    expect(run.status).not.toBe(0);
    return run.stderr;
  });
  // Below some number Node itself does not come to our first line; newer ones need fewer files.
  const ours = outputs.filter((output) => !output.startsWith('node:') && output !== '');
  const refusals = ours.filter((output) => !output.includes('feed.csv: there is no such file'));
  expect(refusals).not.toEqual([]);
  for (const refusal of refusals) {
    expect(refusal).toMatch(/^prodimport: The system lets this process open too few files/);
    expect(refusal).not.toContain('    at ');
  }
});

it.runIf(process.platform === 'linux')('ends where a folder can not be made', async () => {
  const { code, stderr } = await runCli(['status'], { home: '/proc/nope' });
  expect(code).toBe(5);
  expect(stderr).toContain("can't use /proc/nope: ENOENT");
});
