import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { faultAddress } from '../../src/cli/version.js';
import { commandNames } from '../../src/commands/index.js';

const path = new URL('../../dist/prodimport.1', import.meta.url);
const page = readFileSync(path, 'utf8');

it('has every command, with its options and examples', () => {
  for (const name of commandNames) {
    expect(page).toContain(`\n.SS prodimport ${name}`);
    expect(page).toContain(`\nExamples of ${name}:\n`);
  }
  expect(page).toContain('\n\\fB\\-\\-max\\-rejects <limit>\\fR\n');
});

it('has every exit code of the README', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, section] = /^## Exit codes\n([^]*?)^## /m.exec(readme)!;
  const codes = [...section!.matchAll(/^\| ([\d· ]+?) \|/gm)].map(([, code]) => code!);
  expect(codes.length).toBeGreaterThan(6);
  for (const code of codes) expect(page).toContain(`\n\\fB${code.replaceAll(' · ', ', ')}\\fR\n`);
});

it('says where faults are reported, which the package says', () => {
  const escaped = faultAddress().replaceAll('-', '\\-');
  expect(page).toContain(`\n.SH REPORTING BUGS\n`);
  expect(page).toContain(`report what it says ${escaped}.\n`);
});

it.each([
  ['https://shop.example/issues', 'at https://shop.example/issues'],
  [{ url: 'https://shop.example/issues' }, 'at https://shop.example/issues'],
  [{ email: 'help@shop.example' }, 'to help@shop.example'],
  [{}, 'to where this copy comes from'],
  [undefined, 'to where this copy comes from'],
])('knows the place of faults in each way of writing it: %j', (bugs, place) => {
  expect(faultAddress({ ...(bugs !== undefined && { bugs }) })).toBe(place);
});

it('says nothing that a reader of manuals stumbles over', () => {
  expect(page).not.toMatch(/[^\n -~]/);
  const groff = spawnSync('groff', ['-man', '-Tascii', '-ww', '-z'], { input: page });
  if (groff.error) return;
  expect(groff.stderr.toString().replace(/.*u[0-9A-F]{4}.*\n/g, '')).toBe('');
});
