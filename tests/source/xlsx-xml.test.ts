import fc from '../setup/property.js';
import { SaxesParser } from 'saxes';
import { expect, test } from 'vitest';
import { partFaults } from '../../src/source/xlsx/part.js';
import { XmlReader } from '../../src/source/xml.js';

type Event = [string, ...unknown[]];

/** Joins neighbouring pieces of text, and leaves out empty ones. */
function joined(events: Event[]): Event[] {
  const result: Event[] = [];
  for (const event of events) {
    const last = result.at(-1);
    if (event[0] !== 'text') result.push(event);
    else if (last?.[0] === 'text') last[1] = `${String(last[1])}${String(event[1])}`;
    else if (event[1] !== '') result.push([...event]);
  }
  return result;
}

/** What our reader makes of a document given in these pieces; null where it refuses. */
function ours(pieces: string[]): Event[] | null {
  const events: Event[] = [];
  const reader = new XmlReader(
    {
      open: (name, attributes, depth) => events.push(['open', name, { ...attributes }, depth]),
      text: (text) => events.push(['text', text]),
      close: (name, depth) => events.push(['close', name, depth]),
    },
    partFaults('products.xlsx', 'part.xml'),
  );
  try {
    pieces.forEach((piece) => reader.write(piece));
    reader.end();
  } catch {
    return null;
  }
  return joined(events);
}

/** What saxes makes of it, in the same words. */
function theirs(document: string): Event[] | null {
  const events: Event[] = [];
  const parser = new SaxesParser();
  const local = (name: string): string => name.slice(name.indexOf(':') + 1);
  let depth = 0;
  parser.on('opentag', ({ name, attributes }) => {
    events.push(['open', local(name), { ...attributes }, ++depth]);
  });
  parser.on('closetag', ({ name }) => events.push(['close', local(name), depth--]));
  const onText = (text: string): void => {
    if (depth > 0) events.push(['text', text]);
  };
  parser.on('text', onText);
  parser.on('cdata', onText);
  try {
    parser.write(document).close();
  } catch {
    return null;
  }
  return joined(events);
}

const name = fc.constantFrom('c', 'row', 'x:v', 'is', 't', 'long-name_1.x');
const space = fc.constantFrom('', '', '', ' ', '\n', '\t ', '\r\n');
const text = fc
  .array(
    fc.constantFrom(
      'a',
      'é',
      '🎈',
      ' ',
      '\r\n',
      '\r',
      '\n',
      '[a]',
      '>',
      '&amp;',
      '&lt;',
      '&#13;',
      '&#x1F388;',
      '&quot;',
      "'",
      '"',
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));
const attribute = fc
  .tuple(name, text, fc.constantFrom('"', "'"), space, space)
  .map(([key, value, quote, before, after]) => {
    const inside = value.replaceAll(quote, '');
    return [key, `${key}${before}=${after}${quote}${inside}${quote}`] as const;
  });
const attributes = fc
  .uniqueArray(attribute, { selector: ([key]) => key, maxLength: 3 })
  .map((list) => list.map(([, written]) => ` ${written}`).join(''));
const aside = fc.constantFrom('<!-- <c> -->', '<![CDATA[<x>&amp;\r\n]]>', '<?pi <c>?>', '');
const { element } = fc.letrec<{ element: string }>((tie) => ({
  element: fc.oneof(
    { maxDepth: 4 },
    fc.tuple(name, attributes, space).map(([tag, given, gap]) => `<${tag}${given}${gap}/>`),
    fc
      .tuple(
        name,
        attributes,
        space,
        fc.array(fc.oneof(text, aside, tie('element')), { maxLength: 4 }),
      )
      .map(
        ([tag, given, gap, content]) => `<${tag}${given}${gap}>${content.join('')}</${tag}${gap}>`,
      ),
  ),
}));
const document = fc
  .tuple(
    fc.constantFrom('', '\ufeff', '<?xml version="1.0" encoding="UTF-8"?>\n', '<!-- x -->'),
    element,
    space,
  )
  .map((parts) => parts.join(''));

/** Cuts a text at these places. */
function cut(whole: string, places: number[]): string[] {
  const at = [...new Set(places.map((place) => place % (whole.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((from, index) => whole.slice(from, at[index] ?? whole.length));
}

test('reads any document as saxes does, wherever it is cut into pieces', () => {
  fc.assert(
    fc.property(document, fc.array(fc.nat(), { maxLength: 8 }), (whole, places) => {
      const expected = theirs(whole);
      expect(expected).not.toBeNull();
      expect(ours(cut(whole, places))).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test('never reads a spoilt document in another way than saxes does', () => {
  const spoil = fc.tuple(
    fc.nat(),
    fc.nat(3),
    fc.constantFrom('', '<', '>', '/', '"', '&', '=', '!', ' ', '\u0000', '-', ';'),
  );
  fc.assert(
    fc.property(document, spoil, (whole, [place, removed, inserted]) => {
      const at = place % whole.length;
      const spoilt = whole.slice(0, at) + inserted + whole.slice(at + removed);
      // Half a character never gets past decoding, and `x:` is no name where prefixes are known.
      fc.pre(!/\p{Surrogate}|x:[\s/>]/u.test(spoilt));
      const expected = theirs(spoilt);
      if (expected !== null) expect(ours([spoilt])).toEqual(expected);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  '',
  ' ',
  'x',
  '<a>',
  '<a></b>',
  '</a>',
  '<a/><b/>',
  '<a/>x',
  '<a b/>',
  '<a b=c/>',
  '<a b="<"/>',
  '<a b="1" b="2"/>',
  '<a b="1"c="2"/>',
  '<a>&b;</a>',
  '<a>&</a>',
  '<a>&#0;</a>',
  '<a>&#xD800;</a>',
  '<a>\u0001</a>',
  '<a',
  '<a><!-- </a>',
  '<a><![CDATA[</a>',
  '<a></a',
  '< a/>',
  '<a/ >',
  '<!ELEMENT a><a/>',
  '<a><b</a>',
])('refuses %s, as saxes does', (spoilt) => {
  expect(theirs(spoilt)).toBeNull();
  expect(ours([spoilt])).toBeNull();
});
