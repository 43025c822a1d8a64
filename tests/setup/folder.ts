import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

export interface TestFolder {
  path: (name: string) => string;
  /** Writes a file and gives its path. */
  write: (name: string, content: string | Buffer) => string;
  read: (name: string) => string;
}

/** A temporary folder for the tests of a file. */
export function useFolder(): TestFolder {
  const folder = mkdtempSync(join(tmpdir(), 'prodimport-cli-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const path = (name: string) => join(folder, name);
  return {
    path,
    write: (name, content) => {
      writeFileSync(path(name), content);
      return path(name);
    },
    read: (name) => readFileSync(path(name), 'utf8'),
  };
}
