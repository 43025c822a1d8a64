import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { read } from './sources.js';

const path = '.github/workflows/test.yml';
const text = read(path);

it('runs the two commands of the README, as they stand there', () => {
  const commands = [...read('README.md').matchAll(/^npm ci && .*$/gm)].map(([line]) => line);
  expect(commands).toHaveLength(2);
  const steps = [...text.matchAll(/^ {6}- run: (.*)$/gm)].map(([, command]) => command);
  expect(steps).toEqual(commands);
});

it('tries each system, and every Node.js that lives', () => {
  for (const system of ['ubuntu-24.04', 'ubuntu-24.04-arm', 'windows-latest', 'macos-latest']) {
    expect(text).toMatch(new RegExp(`^ +system: \\[.*\\b${system}\\b`, 'm'));
  }
  expect(text).toContain('node: [22, 24, 26]');
});

it('is YAML of a shape that a runner knows', () => {
  expect(text).not.toContain('\t');
  const indents = text.split('\n').map((line) => /^ */.exec(line)![0].length);
  expect(indents.filter((indent) => indent % 2 !== 0)).toEqual([]);
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    expect(line).toMatch(/^ *(#.*|(- )?[a-z-]+:( \S.*)?)$/);
  }
  // Python's reader knows all of YAML; where it is not there, the lines above have to do.
  const program =
    'import json,sys,yaml; print(json.dumps(yaml.load(sys.stdin, Loader=yaml.BaseLoader)))';
  const { status, stdout } = spawnSync('python3', ['-c', program], { input: text });
  if (status !== 0) return;
  const { on, jobs } = JSON.parse(stdout.toString()) as { on: string[]; jobs: object };
  expect(on).toEqual(['push', 'pull_request']);
  expect(jobs).toMatchObject({
    commands: {
      'runs-on': '${{ matrix.system }}',
      strategy: { matrix: { node: ['22', '24', '26'] } },
      steps: [
        { uses: expect.stringMatching(/checkout/) },
        { with: { 'node-version': '${{ matrix.node }}' } },
        { run: expect.any(String) },
        { run: expect.any(String) },
      ],
    },
  });
});
