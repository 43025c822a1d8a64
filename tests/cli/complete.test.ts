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
    ]);
  });

  it('options of the command, global ones, too', async () => {
    expect((await ask('load', '--max')).values).toEqual(['--max-rejects']);
    expect((await ask('load', '--log')).values).toEqual(['--log-format']);
    expect((await ask('product', 'get', '--max')).values).toEqual([]);
  });

  it('the choices of an option, behind a space or an equals sign', async () => {
    expect((await ask('load', '--blank', '')).values).toEqual(['keep', 'clear']);
    expect((await ask('load', '--blank=c')).values).toEqual(['clear']);
    expect((await ask('load', 'x.csv', '--quiet', '--blank', 'k')).values).toEqual(['keep']);
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
    expect(stderr).toContain('bash, zsh, fish');
  });
});

describe.runIf(existsSync('/bin/bash'))('in bash', () => {
  const folder = useFolder();

  /** Types words, the last one unfinished, as bash splits them; gives what <TAB> would offer. */
  async function tab(...words: string[]): Promise<string[]> {
    folder.write('products.csv', '');
    const line = `
      prodimport() { ${shellLine([])} "$@"; }
      compopt() { echo "compopt $*"; }
      source <(prodimport complete bash) && source <(prodimport complete bash)
      COMP_WORDS=(${['prodimport', ...words].map((word) => `'${word}'`).join(' ')})
      COMP_CWORD=${words.length}
      __prodimport_complete
      printf '%s\\n' "\${COMPREPLY[@]}"
      complete -p prodimport`;
    const options = { cwd: folder.path('.'), env: cliEnvironment({}) };
    const child = spawn('bash', ['--norc', '-c', line], options);
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    expect(stderr).toBe('');
    return stdout.trimEnd().split('\n');
  }

  const registered = 'complete -o default -F __prodimport_complete prodimport';
  const noFiles = 'compopt +o default';

  it('commands, options and choices are completed', async () => {
    expect(await tab('sta')).toEqual([noFiles, 'status', registered]);
    expect(await tab('load', '--max-r')).toEqual([noFiles, '--max-rejects', registered]);
    expect(await tab('load', '--blank', '')).toEqual([noFiles, 'keep', 'clear', registered]);
    expect(await tab('load', '--blank', '=', 'c')).toEqual([noFiles, 'clear', registered]);
    expect(await tab('load', '--blank', '=')).toEqual([noFiles, 'keep', 'clear', registered]);
  });

  it('file names are left to bash', async () => {
    expect(await tab('load', 'prod')).toEqual(['', registered]);
  });
});
