import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { cliEnvironment, runCli, shellLine } from '../setup/cli.js';
import { useFolder } from '../setup/folder.js';

/** What the shell is told when it asks what may come next: the possibilities, and the last line. */
async function ask(...words: string[]) {
  const { code, stdout, stderr } = await runCli(['complete', '--', ...words]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const lines = stdout.trimEnd().split('\n');
  return { values: lines.slice(0, -1).map((line) => line.split('\t')[0]), last: lines.at(-1) };
}

describe('the shell is told', () => {
  it('the commands that begin so, with what they are for', async () => {
    const { stdout } = await runCli(['complete', '--', 'lo']);
    expect(stdout).toBe('load\timport a file into the catalogue\n:4\n');
  });

  it('all commands and groups where nothing is typed yet', async () => {
    expect((await ask('')).values).toEqual(
      expect.arrayContaining(['load', 'product', 'webhook', 'image', 'db', 'schema', 'complete']),
    );
  });

  it('the commands of a group', async () => {
    expect((await ask('db', '')).values).toEqual([
      'info',
      'migrate',
      'start',
      'stop',
      'distribute',
      'grant',
    ]);
  });

  it('options of the command, global ones, too', async () => {
    expect((await ask('load', '--max')).values).toEqual(['--max-rejects']);
    expect((await ask('load', '--log')).values).toEqual(['--log-format']);
    expect((await ask('product', 'get', '--max')).values).toEqual([]);
  });

  it('the choices of an option, after a space or an equals sign', async () => {
    expect((await ask('load', '--blank', '')).values).toEqual(['keep', 'clear']);
    expect((await ask('load', '--blank=c')).values).toEqual(['clear']);
    expect((await ask('load', 'x.csv', '--quiet', '--blank', 'k')).values).toEqual(['keep']);
  });

  it('words that do where others do, too', async () => {
    expect((await ask('load', '--profile', 'shopi')).values).toEqual(['shopify']);
    expect((await ask('load', '--profile', '')).last, 'or a file').toBe(':0');
    expect((await ask('load', '--encoding', 'windows-125')).values).toContain('windows-1252');
    expect((await ask('product', 'list', '--job', '')).values).toEqual(['last']);
    expect((await ask('webhook', 'add', 'http://x', '--event', 'import.c')).values).toEqual([
      'import.completed',
    ]);
    expect((await ask('webhook', 'fire', 'import.f')).values).toEqual(['import.failed']);
    expect((await ask('product', 'update', 'A', '--clear', 'd')).values).toEqual(['description']);
    expect((await ask('image', 'process', '--to', '')).last, 'folders').toBe(':16');
  });

  it('the words of a document', async () => {
    expect((await ask('schema', 'pr')).values).toEqual(['product', 'progress']);
    expect((await ask('schema', 'product', 'ge')).values).toEqual(['get']);
  });

  it('the words of a command after help, and no more', async () => {
    expect((await ask('he')).values).toEqual(['help']);
    expect((await ask('help', 'lo')).values).toEqual(['load']);
    expect((await ask('help', 'product', 'ge')).values).toEqual(['get']);
    expect(await ask('help', 'load', '')).toEqual({ values: [], last: ':4' });
    expect((await ask('help', 'exit')).values).toEqual(['exit-codes']);
  });

  it('that a file name is wanted, and where it is not', async () => {
    expect((await ask('load', '')).last).toBe(':0');
    expect((await ask('load', '--rejects', '')).last).toBe(':0');
    expect((await ask('load', '--owner', '')).last).toBe(':4');
    expect(await ask('report', '')).toEqual({ values: ['last'], last: ':4' });
  });
});

describe('the script', () => {
  it.each(['bash', 'zsh', 'fish'])('is printed for %s', async (shell) => {
    const { code, stdout } = await runCli(['complete', shell]);
    expect(code).toBe(0);
    expect(stdout).toContain('prodimport complete --');
  });

  it('is refused for another shell, and the ones there are are named', async () => {
    const { code, stdout, stderr } = await runCli(['complete', 'tcsh']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('"bash", "zsh", "fish"');
  });
});

describe.runIf(existsSync('/bin/bash'))('in bash', () => {
  const folder = useFolder();

  /** Types a line, which bash splits into words; gives what <TAB> would offer. */
  async function tab(line: string, ...words: string[]): Promise<string[]> {
    folder.write('products.csv', '');
    const script = `
      prodimport() { ${shellLine([])} "$@"; }
      compopt() { echo "compopt $*"; }
      source <(prodimport complete bash) && source <(prodimport complete bash)
      COMP_LINE=${quoted(line)} COMP_POINT=${line.length}
      COMP_WORDS=(${(words.length > 0 ? words : line.split(' ')).map(quoted).join(' ')})
      COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
      __prodimport_complete
      printf '%s\n' "\${COMPREPLY[@]}"
      complete -p prodimport`;
    const options = { cwd: folder.path('.'), env: cliEnvironment({}) };
    const child = spawn('bash', ['--norc', '-c', script], options);
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    expect(stderr).toBe('');
    return stdout.trimEnd().split('\n');
  }

  const quoted = (word: string) => `'${word}'`;
  const registered = 'complete -o default -F __prodimport_complete prodimport';
  const noFiles = 'compopt +o default';

  it('commands, options and choices are completed', async () => {
    expect(await tab('prodimport sta')).toEqual([noFiles, 'status', registered]);
    expect(await tab('prodimport load --max-r')).toEqual([noFiles, '--max-rejects', registered]);
    expect(await tab('prodimport load --blank ')).toEqual([noFiles, 'keep', 'clear', registered]);
  });

  it.each([
    ['prodimport load --blank=c', ['prodimport', 'load', '--blank', '=', 'c'], ['clear']],
    ['prodimport load --blank=', ['prodimport', 'load', '--blank', '=', ''], ['keep', 'clear']],
    [
      'prodimport --database postgres://h:5/x sta',
      ['prodimport', '--database', 'postgres', ':', '//h', ':', '5/x', 'sta'],
      ['status'],
    ],
  ])('what bash splits at = and : in "%s" is one word', async (line, words, offered) => {
    expect(await tab(line, ...words)).toEqual([noFiles, ...offered, registered]);
  });

  it('file names are left to bash', async () => {
    expect(await tab('prodimport load prod')).toEqual(['', registered]);
  });

  it('nothing of the line is run: no substitution, no redirection', async () => {
    const offered = [noFiles, '--max-rejects', registered];
    const substituted = ['prodimport', 'load', '$(touch made)', '--max-r'];
    expect(await tab(substituted.join(' '), ...substituted)).toEqual(offered);
    const words = ['prodimport', 'load', '>', 'made', '2', '>', 'made', '--max-r'];
    expect(await tab('prodimport load >made 2>made --max-r', ...words)).toEqual(offered);
    expect(existsSync(folder.path('made'))).toBe(false);
  });

  it('the file of a redirection is left to bash', async () => {
    expect(await tab('prodimport load > prod')).toEqual(['', registered]);
  });
});
