import { linkSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { homeOf, isSameFile, makeFolder, whenReleased } from '../src/environment.js';
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
  // Node 22 names the file where 20 names the folder in it.
  expect(() => makeFolder(folder.path('file/in'))).toThrow(/ENOTDIR|EEXIST/);
  expect(() => makeFolder(folder.path('file'))).toThrow('EEXIST');
  symlinkSync(join(folder.path('nowhere'), 'x'), folder.path('dangling'));
  expect(() => makeFolder(folder.path('dangling'))).toThrow('EEXIST');
});

it('knows one file by two names, and two files by numbers that a double takes for one', () => {
  writeFileSync(folder.path('one'), '');
  linkSync(folder.path('one'), folder.path('two'));
  const [one, two] = ['one', 'two'].map((name) => statSync(folder.path(name), { bigint: true }));
  expect(isSameFile(one, two)).toBe(true);
  const long = 0x7000_0000_0000_0000n;
  expect(Number(long)).toBe(Number(long + 1n));
  expect(isSameFile({ ino: long, dev: 1n }, { ino: long + 1n, dev: 1n })).toBe(false);
  expect(isSameFile(one, null)).toBe(false);
});

describe('a file that another program has open', () => {
  /** Fails as often as that, then works. */
  function held(times: number, code: string) {
    let tries = 0;
    return () => {
      tries += 1;
      if (tries <= times) throw Object.assign(new Error(code), { code });
      return tries;
    };
  }

  it.each(['EBUSY', 'EPERM', 'EACCES'])('is waited for on Windows: %s', (code) => {
    expect(whenReleased(held(3, code), 'win32')).toBe(4);
  });

  it('is not waited for without end', () => {
    expect(() => whenReleased(held(Infinity, 'EBUSY'), 'win32')).toThrow('EBUSY');
  });

  it('is not waited for where waiting changes nothing', () => {
    expect(() => whenReleased(held(1, 'EPERM'), 'linux')).toThrow('EPERM');
    expect(() => whenReleased(held(1, 'ENOSPC'), 'win32')).toThrow('ENOSPC');
  });
});

it('goes by HOME, then by what the system knows of the user', () => {
  expect(homeOf({ HOME: '/home/me' })).toBe('/home/me');
  expect(homeOf({})).toBe(homedir());
});
