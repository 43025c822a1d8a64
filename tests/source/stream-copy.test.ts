import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { UsageError } from '../../src/errors.js';
import { StreamCopy } from '../../src/source/temporary-file.js';

afterEach(() => vi.unstubAllEnvs());

describe('the copy of a stream', () => {
  it('has all its chunks, until it is dropped', () => {
    const copy = new StreamCopy(false);
    copy.add(Buffer.from('a,b\n'));
    copy.add(Buffer.from('1,2\n'));
    const path = copy.path!;
    expect(readFileSync(path, 'utf8')).toBe('a,b\n1,2\n');
    copy.drop();
    copy.drop();
    copy.add(Buffer.from('3,4\n'));
    expect(copy.path).toBeNull();
    expect(existsSync(path)).toBe(false);
  });

  it('is given up where there is no place for it, unless it is needed', () => {
    vi.stubEnv('TMPDIR', '/dev/null/nothing');
    const wish = new StreamCopy(false);
    wish.add(Buffer.from('a'));
    expect(wish.path).toBeNull();
    const need = new StreamCopy(true);
    expect(() => need.add(Buffer.from('a'))).toThrow(UsageError);
  });
});
