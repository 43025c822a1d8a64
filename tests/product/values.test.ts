import fc from '../setup/property.js';
import { describe, expect, it } from 'vitest';
import {
  readAction,
  plainFlag,
  readBoolean,
  readShortText,
  readText,
} from '../../src/product/text.js';
import { cellText } from '../../src/product/cell.js';
import { cut, Fault, quoted } from '../../src/product/reject.js';
import { readImages } from '../../src/product/images.js';
import type { Cell } from '../../src/source/source.js';

const codeOr = <Value>(result: Value | Fault) => (result instanceof Fault ? result.code : result);
const number = (text: string): Cell => ({ kind: 'number', text, format: null });

describe('active', () => {
  const active = (cell: Cell) => codeOr(readBoolean(cell, plainFlag));

  it.each([
    ...['true', 'TRUE', 'Yes', 'oui', '1', 'active', 'Enabled', 'published', ' VRAI ', 'Publié'],
  ])('is %j', (word) => {
    expect(active(word)).toBe(true);
  });

  it.each([
    ...['false', 'No', 'NON', '0', 'inactive', 'disabled', 'unpublished', 'draft', 'Archived'],
    ...['faux', 'désactivé'],
  ])('is not %j', (word) => {
    expect(active(word)).toBe(false);
  });

  it('is what a sheet says as a boolean or a number', () => {
    expect(active({ kind: 'boolean', value: false })).toBe(false);
    expect(active(number('1.0'))).toBe(true);
  });

  it('is unknown where blank, and refused where it is neither', () => {
    expect(active(' ')).toBeNull();
    expect(active('maybe')).toBe('boolean_invalid');
    expect(active('2')).toBe('boolean_invalid');
  });

  it('knows the words of a profile', () => {
    expect(readBoolean('2', { ...plainFlag, ownWords: new Map([['2', false]]) })).toBe(false);
  });
});

describe('an action', () => {
  it.each([
    ['ADD', 'add'],
    ['Update', 'update'],
    ['delete', 'delete'],
    [' UPSERT ', 'upsert'],
    ['', null],
  ])('%j is %s', (text, action) => {
    expect(codeOr(readAction(text, new Map()))).toBe(action);
  });

  it('is nothing else', () => {
    expect(codeOr(readAction('remove', new Map()))).toBe('action_invalid');
  });
});

describe('images', () => {
  const images = (text: string) => {
    const result = readImages(text);
    return result instanceof Fault || result === null ? codeOr(result) : result.urls;
  };
  const [a, b] = ['https://a.test/1.jpg', 'http://b.test/2.jpg'];

  it.each(['|', ';', ',', ' ', ', ', ' | ', '\n', ',;'])('are split at %j', (separator) => {
    expect(images(`${a}${separator}${b}`)).toEqual([a, b]);
  });

  it('keep separators inside of an address', () => {
    const url = 'https://a.test/w_100,h_100/1.jpg?x=1;2|3';
    expect(images(`${url}, ${a}`)).toEqual([url, a]);
  });

  it('may end in a separator', () => {
    expect(images(`${a}, `)).toEqual([a]);
  });

  it('correct a blank inside of an address', () => {
    expect(images('https://a.test/my photo.jpg')).toEqual(['https://a.test/my%20photo.jpg']);
  });

  it.each([
    ...['ftp://a.test/1.jpg', 'data:image/png;base64,AAAA', 'javascript:alert(1)', 'http://'],
    ...['https:/a.test/1.jpg', 'http://a.test:99999/1.jpg', `${a}, 2.jpg`],
  ])('refuse %s', (text) => {
    expect(images(text)).toBe('url_invalid');
  });

  it('are addresses, every one of them, whatever is written', () => {
    const oddity = fc.constantFrom('a', '1', '-', '.', '%', ':', '|', 'xn--', 'A', 'é', '/', '?');
    const text = fc.array(oddity, { maxLength: 12 }).map((parts) => parts.join(''));
    const list = fc.array(
      text.map((host) => `https://${host}b.test/1.jpg`),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(list, (urls) => {
        const found = images(urls.join('|'));
        if (!Array.isArray(found)) return found === 'url_invalid';
        return found.every((url) => URL.canParse(url)) && found.join('|') === urls.join('|');
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['1.jpg', '/m/b/mb01.jpg', '//cdn.test/1.jpg', 'www.a.test/1.jpg', 'C:\\1.jpg'])(
    'see a path in %s',
    (text) => {
      expect(readImages(text)).toEqual({ urls: [], hasPaths: true });
    },
  );

  it('are none where blank', () => {
    expect(images(' ')).toBeNull();
    expect(images(' ; ')).toBeNull();
  });
});

describe('text', () => {
  it('is trimmed in a name and kept as it is in a description', () => {
    expect(readShortText('  Mug \u00a0', 'name')).toBe('Mug');
    expect(readText('  Mug\r\n')).toBe('  Mug\r\n');
  });

  it('is blank where there is only white space', () => {
    expect(readShortText('\u00a0\t', 'name')).toBeNull();
    expect(readShortText('\u200b', 'name')).toBeNull();
    expect(readText(' \n')).toBeNull();
  });

  it('has at most 255 characters in a name', () => {
    expect(codeOr(readShortText('é'.repeat(255), 'name'))).toBe('é'.repeat(255));
    expect(codeOr(readShortText('😀'.repeat(256), 'name'))).toBe('too_long');
    expect(codeOr(readText('x'.repeat(100_000)))).toHaveLength(100_000);
  });

  it('can hold neither NUL nor half a character', () => {
    expect(codeOr(readText('a\0b'))).toBe('nul_character');
    expect(codeOr(readShortText('a\udc00b', 'name'))).toBe('invalid_encoding');
  });

  it('is what a sheet shows', () => {
    expect(cellText(number('0.068357000000000001'))).toBe('0.068357');
    expect(cellText(number('1.5E+3'))).toBe('1500');
    expect(cellText(number('4589000098363.0'))).toBe('4589000098363');
    expect(cellText({ kind: 'boolean', value: true })).toBe('true');
    expect(cellText({ kind: 'date', iso: '2024-03-01T10:00:00' })).toBe('2024-03-01T10:00:00');
  });
});

describe('what is shown of a value', () => {
  it('is cut at 200 characters for a reject, and can be stored', () => {
    expect([...cut('😀'.repeat(300))]).toHaveLength(200);
    expect(cut('a\0b\ud800')).toBe('a␀b\ufffd');
  });

  it('is one short line in a sentence', () => {
    expect(quoted('a\nb')).toBe('"a b"');
    expect(quoted('x'.repeat(100))).toBe(`"${'x'.repeat(59)}…"`);
  });
});
