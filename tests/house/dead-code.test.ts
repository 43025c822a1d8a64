import { expect, it } from 'vitest';
import { filesIn, read, withoutComments } from './sources.js';

/** The executable imports it from dist. */
const entry = 'run';

const load = (folder: string) =>
  filesIn(folder, '.ts').map((path) => ({ path, text: withoutComments(read(path)) }));

it('exports nothing that no other file uses, and keeps nothing for the sake of tests', () => {
  const src = load('src');
  const tests = load('tests');
  const isUsed = (name: string, own: { path: string; text: string }) => {
    const elsewhere = (files: typeof src) =>
      files.some((file) => file.path !== own.path && count(file.text, name) > 0);
    return elsewhere(src) || (count(own.text, name) > 1 && elsewhere(tests));
  };
  const unused = src.flatMap((file) =>
    exportsOf(file.text)
      .filter((name) => name !== entry && !isUsed(name, file))
      .map((name) => `${file.path}: ${name}`),
  );
  expect(unused).toEqual([]);
});

/** Names of exported values; a type may be exported for the sake of a signature. */
function exportsOf(text: string): string[] {
  const pattern = /^export (?:async )?(?:function\*?|const|class) (\w+)/gm;
  return [...text.matchAll(pattern)].map(([, name]) => name!);
}

function count(text: string, name: string): number {
  return text.match(new RegExp(`\\b${name}\\b`, 'g'))?.length ?? 0;
}
