import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeFolder } from '../src/environment.js';
import { useFolder } from './setup/folder.js';

const folder = useFolder();

it('makes what is missing, and says which was the first', () => {
  mkdirSync(folder.path('a'));
  expect(makeFolder(folder.path('a/b/c'))).toBe(folder.path('a/b'));
  expect(makeFolder(folder.path('a/b/c'))).toBeNull();
  symlinkSync('a', folder.path('link'));
  expect(makeFolder(folder.path('link/d'))).toBe(folder.path('link/d'));
  rmSync(folder.path('a'), { recursive: true });
});

it.runIf(process.platform === 'linux')('ends where the system will not make one', () => {
  expect(() => makeFolder('/proc/nope/deeper')).toThrow('ENOENT');
});

it('ends where something else is in the way', () => {
  writeFileSync(folder.path('file'), '');
  expect(() => makeFolder(folder.path('file/in'))).toThrow('ENOTDIR');
  expect(() => makeFolder(folder.path('file'))).toThrow('EEXIST');
  symlinkSync(join(folder.path('nowhere'), 'x'), folder.path('dangling'));
  expect(() => makeFolder(folder.path('dangling'))).toThrow('EEXIST');
});
