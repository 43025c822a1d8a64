import { WriteStream } from 'node:tty';
import { describe, expect, it } from 'vitest';
import { colourLevel, createPalette } from '../../src/terminal/colour.js';

const terminal = { isTTY: true, getColorDepth: () => 8 };
const pipe = { isTTY: false };

function level(env: Record<string, string>, stream: object = terminal, noColor = false) {
  return colourLevel({ env, stream, noColor });
}

describe('colours', () => {
  it('are used on a terminal, as many as it has', () => {
    expect(level({ TERM: 'xterm-256color' })).toBe(2);
  });

  it('are not used in a pipe', () => {
    expect(level({ TERM: 'xterm-256color' }, pipe)).toBe(0);
  });

  it('are not used on a dumb terminal', () => {
    expect(level({ TERM: 'dumb' })).toBe(0);
  });

  it('are turned off by NO_COLOR, unless it is empty', () => {
    expect([level({ NO_COLOR: '1' }), level({ NO_COLOR: '' })]).toEqual([0, 2]);
    const { getColorDepth } = WriteStream.prototype;
    const real = { isTTY: true, getColorDepth };
    expect(level({ NO_COLOR: '', TERM: 'xterm-256color' }, real)).toBe(2);
  });

  it('are turned on in a pipe by FORCE_COLOR, to the level that it names', () => {
    const forced = ['', '1', 'true', '2', '3', '0', 'false'];
    expect(forced.map((value) => level({ FORCE_COLOR: value }, pipe))).toEqual([
      1, 1, 1, 2, 3, 0, 0,
    ]);
  });

  it('stay off under --no-color and NO_COLOR, whatever FORCE_COLOR says', () => {
    expect(level({ FORCE_COLOR: '3' }, terminal, true)).toBe(0);
    expect(level({ FORCE_COLOR: '3', NO_COLOR: '1' })).toBe(0);
  });

  it('paint by meaning', async () => {
    const palette = await createPalette({
      env: { FORCE_COLOR: '1' },
      stream: pipe,
      noColor: false,
    });
    expect(palette.bad('no')).toBe('\x1b[31mno\x1b[39m');
  });
});
