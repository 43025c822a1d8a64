import { describe, expect, it } from 'vitest';
import { progressMode } from '../../../src/terminal/progress/create.js';

const asked = { quiet: false, isTTY: true, requested: null };

describe('the kind of progress', () => {
  it('is a bar on a terminal and lines elsewhere', () => {
    expect(progressMode(asked)).toBe('bar');
    expect(progressMode({ ...asked, isTTY: false })).toBe('lines');
  });

  it('is lines on a dumb terminal', () => {
    expect(progressMode({ ...asked, term: 'dumb' })).toBe('lines');
  });

  it('is lines where CI keeps a log, even of a terminal, unless a bar is asked for', () => {
    expect(progressMode({ ...asked, ci: 'true' })).toBe('lines');
    expect(progressMode({ ...asked, ci: 'true', requested: 'bar' })).toBe('bar');
    for (const ci of ['', 'false']) expect(progressMode({ ...asked, ci })).toBe('bar');
  });

  it('is none under --quiet, unless one was asked for', () => {
    expect(progressMode({ ...asked, quiet: true })).toBe('none');
    expect(progressMode({ ...asked, quiet: true, requested: 'json' })).toBe('json');
  });

  it('is never a bar off a terminal, even when asked for', () => {
    expect(progressMode({ ...asked, isTTY: false, requested: 'bar' })).toBe('lines');
  });
});
