import { describe, expect, it } from 'vitest';
import { formatOf } from '../../src/image/download.js';
import { waitAfter } from '../../src/image/schedule.js';

describe('the format of a file', () => {
  it.each([
    ['jpeg', '\xff\xd8\xff\xe0\0\x10JFIF'],
    ['png', '\x89PNG\r\n\x1a\n'],
    ['gif', 'GIF89a'],
    ['webp', 'RIFF\x10\0\0\0WEBPVP8 '],
    ['avif', '\0\0\0\x20ftypavif'],
    ['tiff', 'II*\0'],
  ])('is %s by its first bytes', (format, head) => {
    expect(formatOf(Buffer.from(head, 'latin1'))).toBe(format);
  });

  it.each([
    ['SVG or XML', '<svg xmlns="http://www.w3.org/2000/svg">'],
    ['SVG or XML', '\xef\xbb\xbf <?xml version="1.0"?><svg>'],
    ['an HTML page', '\n<!DOCTYPE html><html>'],
    ['text', '{"error":"not found"}'],
    ['empty', ''],
    ['no known format', 'RIFF\x10\0\0\0WAVEfmt '],
    ['no known format', '\x1f\x8b\x08\0'],
  ])('is refused where it is %s', (reason, head) => {
    expect(() => formatOf(Buffer.from(head, 'latin1'))).toThrow(reason);
  });
});

describe('the wait for another attempt', () => {
  it('grows, and ends after four attempts', () => {
    expect([1, 2, 3, 4].map((attempt) => waitAfter(attempt, null, 0.5))).toEqual([
      1000,
      4000,
      15_000,
      null,
    ]);
  });

  it('is never shorter than what the host asked for', () => {
    expect(waitAfter(1, 30_000, 0.5)).toBe(30_000);
    expect(waitAfter(2, 1000, 0.5)).toBe(4000);
  });
});
