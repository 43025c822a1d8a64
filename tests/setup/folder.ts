import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, vi } from 'vitest';

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

/**
 * Gives the tests of a file a folder for temporary files that no other process uses.
 * @returns what lies in it
 */
export function useTemporaryFiles(): () => string[] {
  const folder = mkdtempSync(join(tmpdir(), 'prodimport-tmp-'));
  beforeAll(() => void vi.stubEnv('TMPDIR', folder));
  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
  return () => readdirSync(folder);
}
