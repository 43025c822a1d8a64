import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { shellWord } from '../src/errors.js';

it('leaves a plain word as it is', () => {
  expect(shellWord('feeds/2026-03-01_rejected.csv')).toBe('feeds/2026-03-01_rejected.csv');
});

it.each(["Bob's rejects.csv", '$HOME', 'a`b`', '5" pipe', 'two  blanks', '', '*', 'a\nb'])(
  'is read by a shell as the one word that it was: %j',
  (text) => {
    const read = execFileSync('sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' });
    expect(read).toBe(text);
  },
);

it.each([
  ['C:\\feeds\\tea.csv', 'C:\\feeds\\tea.csv'],
  ['C:\\My feeds\\tea.csv', '"C:\\My feeds\\tea.csv"'],
  ['C:\\My feeds\\', '"C:\\My feeds\\\\"'],
  ["Bob's.csv", '"Bob\'s.csv"'],
  ['5" pipe', '"5\\" pipe"'],
  ['-x', '"-x"'],
  ['', '""'],
])('is one word for the shells of Windows: %j', (text, word) => {
  expect(shellWord(text, 'win32')).toBe(word);
});
