import { describe, expect, it } from 'vitest';
import { jsonSafely, showLinesSafely, showSafely } from '../../src/terminal/escape.js';

describe('text from a file on a terminal', () => {
  it('shows an escape sequence instead of obeying it', () => {
    expect(showSafely('\x1b[31mred\x07')).toBe('\\x1b[31mred\\x07');
  });

  it('stays on its line and in its column', () => {
    expect(showSafely('a\tb\r\nc\u2028d')).toBe('a\\tb\\r\\nc\\u2028d');
  });

  it('shows C1 controls, marks that reorder text and halves of pairs', () => {
    expect(showSafely('\u009b2J \u202egpj.exe \ud83d')).toBe('\\x9b2J \\u202egpj.exe \\ud83d');
  });

  it('leaves letters, accents and emoji alone', () => {
    expect(showSafely('Crème brûlée 日本 😀')).toBe('Crème brûlée 日本 😀');
  });
});

describe('a cell of several lines', () => {
  it('keeps its lines and tabs, and nothing else that moves the cursor', () => {
    expect(showLinesSafely('a\n\tb\r\x1b[A')).toBe('a\n\tb\\x0d\\x1b[A');
  });
});

describe('JSON', () => {
  it('holds no control character, and means the same', () => {
    const value = { a: '\x1b \u009b2J \u202e \n', b: [1, null] };
    const json = jsonSafely(value);
    expect(json).toBe('{"a":"\\u001b \\u009b2J \\u202e \\n","b":[1,null]}');
    expect(JSON.parse(json)).toEqual(value);
  });
});
