import fc from '../setup/property.js';
import iconv from 'iconv-lite';
import { describe, expect, it, test } from 'vitest';
import { findEncoding } from '../../src/source/encoding.js';
import { withEuro } from '../../src/source/pages.js';
import { storedProducts, useCatalogue } from '../setup/catalogue.js';
import { loadText } from '../setup/load.js';
import { pagesOf, productNames } from '../source/product-names.js';

/** As the Macintosh writes it: where the euro sign stands, iconv-lite has another. */
function encode(text: string, page: string): Buffer {
  return iconv.encode(page.startsWith('mac') ? text.replaceAll('€', '¤') : text, page);
}

function decode(bytes: Buffer, page: string): string {
  return withEuro(iconv.decode(bytes, page), page);
}

/** The text as it would be read, or null where the encoding is in doubt. */
function read(bytes: Buffer): string | null {
  try {
    const { name } = findEncoding({ bytes, isWhole: true, place: 'x.csv' }, 'auto');
    return decode(bytes, name);
  } catch (error) {
    expect(error).toMatchObject({ code: 'encoding_doubtful' });
    return null;
  }
}

const everyPage = Object.entries(pagesOf).flatMap(([language, pages]) =>
  pages.map((page) => ({ language, page, names: productNames[language]!.split('|') })),
);

/** A table of so many of these names, the first of them being the `from`th. */
function table(names: string[], rows: number, from: number): string {
  const lines = Array.from(
    { length: rows },
    (_, i) => `S${i},${names[(from + i * 7) % names.length]},${from % 90}.${i % 9}0`,
  );
  return `sku,name,price\n${lines.join('\n')}\n`;
}

/** How many tables of a size come back right, other than written, or refused. */
function tally(pages: typeof everyPage, rows: number): { right: number; refused: number } {
  const found = { right: 0, refused: 0 };
  for (const { names, page } of pages) {
    for (let from = 0; from < 3; from++) {
      const bytes = encode(table(names, rows, from * 3), page);
      if (bytes.every((byte) => byte < 0x80)) continue;
      const text = read(bytes);
      if (text === null) found.refused++;
      else found.right++;
      if (text !== null) expect(text, `${page}, ${rows} rows`).toBe(decode(bytes, page));
    }
  }
  return found;
}

describe('a table without a mark, in one of all encodings that its language was written in', () => {
  test.each([
    [2, 0.9],
    [5, 0.97],
    [20, 0.98],
  ])('of %i rows is read right or refused, and right at least so often: %f', (rows, least) => {
    const { right, refused } = tally(everyPage, rows);
    expect(right / (right + refused)).toBeGreaterThan(least);
  });

  it('is read right in windows-1252 where it has five rows', () => {
    expect(
      tally(
        everyPage.filter(({ page }) => page === 'windows-1252'),
        5,
      ).refused,
    ).toBe(0);
  });
});

test('two encodings in one file are never read as one of them', () => {
  // Italian has one letter in a word, at its end: too little to tell DOS from it.
  const languages = ['French', 'German', 'Spanish', 'Portuguese', 'Swedish', 'Danish'];
  for (const language of languages) {
    const names = productNames[language]!.split('|');
    const [some, more] = [table(names, 6, 0), table(names, 12, 1)];
    for (const other of ['utf-8', 'cp850', 'macroman']) {
      const mixed = Buffer.concat([encode(some, other), encode(more, 'windows-1252')]);
      const text = read(mixed);
      // What is bad in UTF-8 is rejected row by row.
      if (text !== null) expect(text, `${language}, ${other}`).not.toMatch(/Ã.|â€/);
      if (text !== null && !text.includes('\ufffd')) expect(text).toContain(some);
    }
  }
});

test.each(['cp850', 'cp437'])(
  'Italian rows of %s among others of windows-1252 are refused',
  (dos) => {
    const italian = productNames.Italian!.split('|');
    for (let from = 0; from < 8; from++) {
      const rows = [
        encode(table(italian, 6, from), dos),
        encode(table(italian, 12, from + 5), 'cp1252'),
      ];
      expect(read(Buffer.concat(rows)), `from ${from}`).toBeNull();
    }
  },
);

test.each([
  ['French', 'cp850', ['Théière émaillée', 'Café moulu'], ['Assiette à dessert', 'Thé glacé']],
  ['French', 'macroman', ['Théière émaillée', 'Café moulu', 'Crème brûlée'], ['Thé glacé']],
  ['German', 'cp850', ['Größe Süß'], ['Köstlicher Käse']],
  ['German', 'macroman', ['Größe Süß', 'Türschloss', 'Gießkanne'], ['Schüssel groß']],
])('few rows of %s in %s below others are refused', (_, page, some, more) => {
  const lines = (names: string[]) => names.map((name, i) => `S${i},${name},1.50\n`).join('');
  const rows = [encode(lines(some), 'windows-1252'), encode(lines(more), page)];
  expect(read(Buffer.concat([Buffer.from('sku,name,price\n'), ...rows]))).toBeNull();
});

describe('two rows in two encodings of one language', () => {
  const languages = ['Czech', 'Hungarian', 'Russian', 'Ukrainian', 'Greek', 'Turkish'];
  const others = ['Polish', 'German', 'French', 'Spanish', 'Swedish'];

  /** The files that are read with another letter than was written, and how many there are. */
  function misread(language: string): { wrong: string[]; files: number } {
    const names = productNames[language]!.split('|');
    const found = { wrong: [] as string[], files: 0 };
    for (const one of pagesOf[language]!) {
      for (const two of pagesOf[language]!) {
        for (let from = 0; one !== two && from < names.length; from += 3) {
          const rows = [`A-1,${names[from]},1.50\n`, `A-2,${names[(from + 4) % 20]},2.50\n`];
          const parts = [encode(rows[0]!, one), encode(rows[1]!, two)];
          if (parts.some((part) => part.every((byte) => byte < 0x80))) continue;
          if (decode(parts[0]!, one) + decode(parts[1]!, two) !== rows.join('')) continue;
          found.files++;
          const text = read(Buffer.concat([Buffer.from('sku,name,price\n'), ...parts]));
          if (text === null || text === `sku,name,price\n${rows.join('')}`) continue;
          found.wrong.push(`${one}, ${two}: ${text}`);
        }
      }
    }
    return found;
  }

  test.each(languages)('are refused, or read right: %s', (language) => {
    const { wrong, files } = misread(language);
    expect([wrong, files > 30]).toEqual([[], true]);
  });

  // A letter that the language has, and that another has there, tells nobody.
  test.each(others)('are seldom read as one: %s', (language) => {
    const { wrong, files } = misread(language);
    expect(wrong.length / files, wrong.join('\n')).toBeLessThan(0.06);
  });
});

test.each([
  ['Czech', 'cp852', 'windows-1250', 'Pero kuličkové', 'Polštář 50x70'],
  ['Czech', 'iso-8859-2', 'windows-1250', 'Košík proutěný', 'Nůžky zahradní'],
  ['Russian', 'maccyrillic', 'windows-1251', 'Щётка', 'Куртка женская'],
  ['German', 'macroman', 'windows-1252', 'Löffel', 'Schüssel groß'],
  ['French', 'cp850', 'windows-1252', 'Lampe à poser', 'Écharpe légère'],
])('a row of %s in %s beside one in %s is refused', (_, one, two, first, second) => {
  const rows = [encode(`A,${first},1\n`, one), encode(`B,${second},2\n`, two)];
  expect(read(Buffer.concat([Buffer.from('sku,name,price\n'), ...rows]))).toBeNull();
});

test('signs of good typography do not look like another encoding', () => {
  const names =
    'Wait… there is more|Pot—large|• 100% cotton|Lamp™ black|“Deluxe” mug|½ inch|5 € off';
  const more =
    'Caffè d’orzo|Perché… no|Città — Roma|Qualità • morbido|Straße – 5|„Gut“|‚Mond‘ Lampe';
  const text = table(`${names}|${more}`.split('|'), 14, 0);
  expect(read(encode(text, 'windows-1252'))).toBe(text);
});

const db = useCatalogue();
const names = async () => (await storedProducts(db())).map(({ sku, name }) => [sku, name]);

test.each([
  ['Turkish', 'windows-1254', ['Büyük kırmızı çaydanlık ışıklı', 'Şekerlik gümüş ağır']],
  ['Russian', 'windows-1251', ['Чайник эмалированный красный', 'Чашка фарфоровая с блюдцем']],
  ['Russian', 'koi8-r', ['Чайник эмалированный красный', 'Чашка фарфоровая с блюдцем']],
  ['Greek', 'windows-1253', ['Κόκκινη τσαγιέρα μεγάλη', 'Φλιτζάνι τσαγιού με πιατάκι']],
  ['French of DOS', 'cp850', ['Théière émaillée à café', 'Crème brûlée dôme']],
  ['French of the Macintosh', 'macroman', ['Thé vert à 5 €', 'Crème brûlée']],
  ['Czech and Polish', 'windows-1250', ['Hrnek žlutý na čaj příšerně', 'Łyżka do zupy świąteczna']],
  ['Lithuanian', 'windows-1257', ['Puodelis mažas', 'Lėkštė žalias šaukštas']],
  ['French', 'windows-1252', ['Crème brûlée', 'Théière émaillée']],
  ['German', 'windows-1252', ['Größe Süß', 'Köstlicher Käse']],
  ['Spanish', 'windows-1252', ['Año nuevo', 'Pimentón señorío']],
  ['Swedish', 'windows-1252', ['Kökskniv', 'Ångkokare']],
  ['English with pounds', 'windows-1252', ['Mug £4.50', 'Pot – large at £19.90']],
  ['English with euros', 'windows-1252', ['Mug 5 €', 'Pot – large at 19.90 €']],
  ['euros alone', 'windows-1252', ['Hahn 12.50 €', 'Rohr 1012.50 €']],
  ['euros in front', 'windows-1252', ['€ 5', '€ 7']],
  ['diameters', 'windows-1252', ['Rohr Ø 20', 'Rohr Ø 25']],
  ['degrees', 'windows-1252', ['Thermometer -5 °C', 'Ofen 250 °C']],
  ['micrometres', 'windows-1252', ['Folie 5 µm', 'Folie 12 µm']],
  ['Japanese', 'shift-jis', ['赤いカップ', 'ガラスのポット 表示']],
  ['Chinese', 'gbk', ['红色茶杯陶瓷大号', '不锈钢勺子']],
])('two rows of %s in %s are stored with their letters', async (_, page, [one, two]) => {
  const content = encode(`sku,name,price\nA,${one},9.90\nB,${two},1.50\n`, page);
  expect((await loadText(db(), content)).exitCode).toBe(0);
  expect(await names()).toEqual([
    ['A', one],
    ['B', two],
  ]);
});

test('one row that is not UTF-8 is rejected, and the others keep their letters', async () => {
  const content = Buffer.concat([
    Buffer.from('sku,name,price\nA,Thé,9.90\nB,Caf'),
    Buffer.from([0xe9]),
    Buffer.from(',1.50\nC,Pot,2.50\n'),
  ]);
  const { report } = await loadText(db(), content);
  expect(report.failedRows).toMatchObject([{ rowNumber: 3, code: 'invalid_encoding' }]);
  expect(await names()).toEqual([
    ['A', 'Thé'],
    ['C', 'Pot'],
  ]);
});

test('an emoji as two surrogates costs its own row alone', async () => {
  const content = Buffer.concat([
    Buffer.from('sku,name,price\nA,Smile '),
    Buffer.from([0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]),
    Buffer.from(',9.90\nB,Cup 😀,1.50\n'),
  ]);
  const { report } = await loadText(db(), content);
  expect(report.failedRows).toMatchObject([{ rowNumber: 2, code: 'invalid_encoding' }]);
  expect(await names()).toEqual([['B', 'Cup 😀']]);
});

test('a doubtful file is refused with a line in each encoding, and loads by the one given', async () => {
  const content = encode('sku,name,price\nA,Lunedì rosso,1.50\n', 'windows-1252');
  const refused = await loadText(db(), content);
  expect(refused.exitCode).toBe(2);
  expect(refused.error?.message).toMatch(
    /csv:2: .*"A,Lunedì rosso,1.50" in windows-1252.*--encoding/,
  );
  expect((await loadText(db(), content, '--encoding windows-1252')).exitCode).toBe(0);
  expect(await names()).toEqual([['A', 'Lunedì rosso']]);
});

describe('Japanese between escape sequences', () => {
  // コップ and 赤いポット, as e-mail programs write them.
  const [cup, pot] = ['\x1b$B%3%C%W\x1b(B', '\x1b$B@V$$%]%C%H\x1b(B'];

  it('is read, and is told from ASCII without a word', async () => {
    const content = `sku,name,price\nA,${cup} 2,9.90\nB,"${pot}",1\n`;
    expect((await loadText(db(), content)).report.source.encoding).toBe('iso-2022-jp');
    expect(await names()).toEqual([
      ['A', 'コップ 2'],
      ['B', '赤いポット'],
    ]);
    expect((await loadText(db(), content, '--encoding iso-2022-jp')).exitCode).toBe(0);
  });

  it.each([
    ['ISO-2022-KR', '\x1b$)C'],
    ['ISO-2022-CN', '\x1b$)A'],
  ])('is never read as ASCII: %s is refused by its name', async (name, escape) => {
    const { exitCode, error } = await loadText(db(), `sku,name\nA,${escape}\x0e%3%C\x0f\n`);
    expect(exitCode).toBe(2);
    expect(error?.message).toContain(name);
  });
});

test('Mac Roman has the euro sign', async () => {
  const content = encode('sku,name,price\nA,Thé vert à 5 €,9.90\n', 'macroman');
  expect((await loadText(db(), content, '--encoding macroman')).exitCode).toBe(0);
  expect(await names()).toEqual([['A', 'Thé vert à 5 €']]);
});

test('UTF-16 without a mark is found by its pattern, however few of its letters are ASCII', () => {
  const letters = [...'红色茶杯陶瓷大号一Жщ€é', 'a', '😀'];
  const cell = fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 60 });
  const name = fc.constantFrom('utf-16le', 'utf-16be');
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1, maxLength: 20 }), name, (cells, encoding) => {
      const text = `sku,name\n${cells.map((value, i) => `S${i},${value}`).join('\n')}\n`;
      expect(read(iconv.encode(text, encoding))).toBe(text);
    }),
  );
});
