import { spawn, spawnSync } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { cliEnvironment, shellLine } from '../setup/cli.js';
import { useFolder } from '../setup/folder.js';

const folder = useFolder();
folder.write('products.csv', '');
folder.write('a file.csv', '');

const has = (shell: string) => spawnSync(shell, ['--version']).status === 0;

/** Runs a script of a shell, in a folder with two files. */
async function run(shell: string, args: string[], script: string): Promise<string> {
  const env = { ...cliEnvironment({}), HOME: folder.path('.') };
  const child = spawn(shell, [...args, script], { cwd: folder.path('.'), env, timeout: 150_000 });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(stderr).toBe('');
  return stdout;
}

describe.runIf(has('zsh'))('in zsh', () => {
  /** Types at a prompt of its own, where .zshrc is nothing but the script; gives what then ran. */
  async function typed(line: string): Promise<string> {
    const stdout = await run(
      'zsh',
      ['-f', '-c'],
      `zmodload zsh/zpty
      zpty shell 'PS1= RPS1= TERM=dumb zsh -f -i'
      zpty -w shell 'prodimport() {
        if [[ $1 == complete ]]; then ${shellLine([])} "$@"; else print "ran:\${(j:|:)@}:end"; fi
      }'
      zpty -w shell 'source <(prodimport complete zsh); print ready to "type"'
      zpty -r shell said '*ready to type*'
      zpty -w -n shell ${JSON.stringify(`prodimport ${line}`)}$'\\t\\n'
      zpty -r shell said '*ran:*:end*'
      print -r -- "\${\${said##*ran:}%:end*}"`,
    );
    return stdout.trimEnd();
  }

  it.each([
    ['sta', 'status'],
    ['load --blank=c', 'load|--blank=clear'],
    ["load 'a file.csv' --max-r", 'load|a file.csv|--max-rejects'],
    ['load prod', 'load|products.csv'],
    ['load "a fi', 'load|a file.csv'],
    ['report la', 'report|last'],
  ])('<TAB> after "%s" makes it %s', async (line, words) => {
    expect(await typed(line)).toBe(words);
  });
});

describe.runIf(has('fish'))('in fish', () => {
  it('commands, options, choices and files are completed', async () => {
    const asked = ['sta', 'load --blank ', "load 'a file.csv' --max-r", 'load prod', 'report la'];
    const stdout = await run(
      'fish',
      ['--no-config', '-c'],
      `function prodimport; ${shellLine([])} $argv; end
      prodimport complete fish | source
      ${asked.map((line) => `complete -C ${JSON.stringify(`prodimport ${line}`)}`).join('\n')}`,
    );
    const offered = stdout.trimEnd().split('\n');
    expect(offered.map((line) => line.split('\t')[0])).toEqual([
      'status',
      ...['clear', 'keep'],
      '--max-rejects',
      'products.csv',
      'last',
    ]);
  });
});
