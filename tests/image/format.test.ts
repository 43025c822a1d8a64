import { describe, expect, it } from 'vitest';
import { formatOf } from '../../src/image/download.js';

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
