import { expect, test } from 'vitest';
import { cellsOf, readText, split } from './reading.js';

test('reads LF, CRLF and CR line ends mixed in one file', () => {
  const rows = readText('a,1\nb,2\r\nc,3\rd,4\r\n\re,5');
  expect(rows.map((row) => [row.rowNumber, row.line, 'cells' in row && row.cells])).toEqual([
    [1, 1, ['a', '1']],
    [2, 2, ['b', '2']],
    [3, 3, ['c', '3']],
    [4, 4, ['d', '4']],
    [6, 6, ['e', '5']],
  ]);
});

test('numbers rows as a spreadsheet does, and lines as an editor does', () => {
  const rows = readText('sku,text\n\nA,"two\r\nlines"\n,\nB,"and\rthree\n"\nC,x\n');
  expect(rows.map((row) => [row.rowNumber, row.line])).toEqual([
    [1, 1],
    [3, 3],
    [5, 6],
    [6, 9],
  ]);
});

test('keeps delimiters, quotes and line ends inside quotes', () => {
  expect(cellsOf(readText('A,"x, ""y""\n\nz",\r\nB,"",""""'))).toEqual([
    ['A', 'x, "y"\n\nz', ''],
    ['B', '', '"'],
  ]);
});

test('takes a quote inside an unquoted cell as text', () => {
  expect(cellsOf(readText('A,12" monitor,3\nB,5\'10",7" or 8"\n'))).toEqual([
    ['A', '12" monitor', '3'],
    ['B', '5\'10"', '7" or 8"'],
  ]);
});

test('leaves out blanks around quotes, and keeps them elsewhere', () => {
  expect(cellsOf(readText('A, "x, y" , z \n\t"B"\t,"c"'))).toEqual([
    ['A', 'x, y', ' z '],
    ['B', 'c'],
  ]);
});

test('rejects a line on which text stands after a closing quote, with its whole text', () => {
  const rows = readText('"5" screen,A\nB,"TV 32"","299.00",5\n "x" y,z\n"fine" ,x\n');
  expect(cellsOf(rows)).toEqual([
    'quote_misplaced',
    'quote_misplaced',
    'quote_misplaced',
    ['fine', 'x'],
  ]);
  expect(rows[1]).toMatchObject({
    rowNumber: 2,
    line: 2,
    unreadable: {
      value: 'B,"TV 32"","299.00",5',
      message: expect.stringContaining('closing quote on line 2'),
    },
  });
});

test('rejects the first line of a record whose quotes are misplaced further down, once', () => {
  const rows = readText('A,"two\nlines","x"y,3\nB,"z",4\n');
  expect(cellsOf(rows)).toEqual(['quote_misplaced', 'quote_misplaced', ['B', 'z', '4']]);
  expect(rows[0]).toMatchObject({ line: 1, unreadable: { value: 'A,"two' } });
  expect(rows[1]).toMatchObject({ line: 2, unreadable: { value: 'lines","x"y,3', isRest: true } });
  expect(rows[2]).toMatchObject({ line: 3 });
});

test('rejects the first of two lines between which a cell seems to stand, if quotes are text here', () => {
  const stray = 'A,"Wok,1,x\nB,Top",2,y\n';
  expect(cellsOf(readText(`C,12" lid,3,z\n${stray}`))).toEqual([
    ['C', '12" lid', '3', 'z'],
    'quote_misplaced',
    ['B', 'Top"', '2', 'y'],
  ]);
  // Where quotes are used as such, a text may well look so.
  expect(cellsOf(readText(`"C","lid",3,z\n${stray}`))).toEqual([
    ['C', 'lid', '3', 'z'],
    ['A', 'Wok,1,x\nB,Top', '2', 'y'],
  ]);
});

test('takes a byte order mark off the beginning of any line, not out of a cell', () => {
  const mark = '\ufeff';
  for (const chunkBytes of [1, 2, 3, 5, 1000]) {
    const text = `a,b\n${mark}"c, d",${mark}e\r\n${mark}f,"g\n${mark}h"\n${mark}`;
    expect(cellsOf(readText(text, { chunkBytes, pieceBytes: 1 }))).toEqual([
      ['a', 'b'],
      ['c, d', `${mark}e`],
      ['f', `g\n${mark}h`],
    ]);
  }
});

test('takes another quote, several bytes long as well, or none', () => {
  expect(cellsOf(readText("'a, b',5'\n'it''s',\"c\n", { quote: "'" }))).toEqual([
    ['a, b', "5'"],
    ["it's", '"c'],
  ]);
  for (const chunkBytes of [1, 1000]) {
    const text = '«a, b«,5«\n«c««d«,e\n';
    expect(cellsOf(readText(text, { quote: '«', chunkBytes, pieceBytes: 1 }))).toEqual([
      ['a, b', '5«'],
      ['c«d', 'e'],
    ]);
  }
  expect(cellsOf(readText('"a, b",c\n""d"",x\n', { quote: null }))).toEqual([
    ['"a', ' b"', 'c'],
    ['""d""', 'x'],
  ]);
});

test('takes a quote after a backslash for text, and a backslash for itself', () => {
  const text = String.raw`"Pipe 2\"",9.90
"a\\","b""c\n"
d\,"\"","x\y"
`;
  for (const chunkBytes of [1, 1000]) {
    expect(cellsOf(readText(text, { escape: '\\', chunkBytes, pieceBytes: 1 }))).toEqual([
      ['Pipe 2"', '9.90'],
      ['a\\', 'b"c\\n'],
      ['d\\', '"', 'x\\y'],
    ]);
  }
});

test('takes the record separator for the end of a row', () => {
  const rows = readText('a\x1fb\x1ec\x1fd\ne\x1e', { delimiter: '\x1f', rowEnd: '\x1e' });
  expect(cellsOf(rows)).toEqual([
    ['a', 'b'],
    ['c', 'd\ne'],
  ]);
});

test('does not take a blank that is the delimiter for a blank around quotes', () => {
  expect(cellsOf(readText('a\t\t"b"\t\n', { delimiter: '\t' }))).toEqual([['a', '', 'b', '']]);
});

test('takes a delimiter of several bytes', () => {
  expect(cellsOf(readText('a§"b§c"§d', { delimiter: '§', chunkBytes: 1, pieceBytes: 1 }))).toEqual([
    ['a', 'b§c', 'd'],
  ]);
});

test('rejects the line of a quote that meets another cell below, and resumes on the next', () => {
  const text = 'sku,name\nA,"broken\nB,fine\nC,"quoted"\nD,last\n';
  const rows = readText(text);
  expect(cellsOf(rows)).toEqual([
    ['sku', 'name'],
    'quote_misplaced',
    ['B', 'fine'],
    ['C', 'quoted'],
    ['D', 'last'],
  ]);
  expect(rows[1]).toMatchObject({
    rowNumber: 2,
    line: 2,
    unreadable: { value: 'A,"broken', message: expect.stringContaining('line 2') },
  });
  expect(split(text).openQuoteLine).toBeNull();
});

test('names the line where the quote opened, not where its record began', () => {
  const [row] = readText('A,"two\nlines","open\nB,x\n');
  expect(row).toMatchObject({
    line: 1,
    unreadable: { message: expect.stringContaining('line 2') },
  });
});

test('says that the text ends inside a quote, and still reads the lines after it', () => {
  const { openQuoteLine } = split('sku,name\nA,x\nB,"open\nC,y\n');
  expect(openQuoteLine).toBe(3);
  expect(cellsOf(readText('sku,name\nA,x\nB,"open\nC,y\n'))).toEqual([
    ['sku', 'name'],
    ['A', 'x'],
    'quote_unterminated',
    ['C', 'y'],
  ]);
});

test('rejects the opening line of a quote that is not closed within 1 MB', () => {
  const filler = 'B,some text without quotes\n'.repeat(60_000);
  const rows = readText(`A,"open\n${filler}C,x\n`, { chunkBytes: 65_536 });
  expect(rows).toHaveLength(60_002);
  expect(cellsOf(rows.slice(0, 2))).toEqual([
    'quote_unterminated',
    ['B', 'some text without quotes'],
  ]);
  expect(rows.at(-1)).toMatchObject({ rowNumber: 60_002, line: 60_002, cells: ['C', 'x'] });
});

test('reads half a million lines that each open a stray quote', () => {
  const rows = readText('A,"stray\n'.repeat(500_000), { chunkBytes: 262_144 });
  expect(rows).toHaveLength(500_000);
  expect(rows.every((row) => 'unreadable' in row)).toBe(true);
});

test('reads a cell of 1,000,000 bytes, quoted or not', () => {
  const long = 'x'.repeat(1_000_000);
  const rows = readText(`A,${long}\nB,"${long}"\n`, { chunkBytes: 65_536 });
  expect(cellsOf(rows)).toEqual([
    ['A', long],
    ['B', long],
  ]);
});

test.each([
  ['unquoted', 'x'.repeat(3_000_000)],
  ['quoted', `"${'x'.repeat(3_000_000)}"`],
])('rejects an %s record over 1 MB and resumes at the next line end', (_, cell) => {
  for (const end of ['\n', '\r\n', '\r']) {
    const text = `A,1${end}B,${cell}${end}C,3${end}`;
    for (const chunkBytes of [65_536, 1_000_003, Infinity]) {
      const rows = readText(text, { chunkBytes });
      expect(cellsOf(rows)).toEqual([['A', '1'], 'record_too_large', ['C', '3']]);
      expect(rows[2]).toMatchObject({ rowNumber: 3, line: 3 });
    }
  }
});

test('keeps a lone \\. line as a row like any other', () => {
  expect(cellsOf(readText('sku\n\\.\nA\n'))).toEqual([['sku'], ['\\.'], ['A']]);
});

test('leaves out records whose cells are all blank', () => {
  expect(cellsOf(readText('a,b\n,\n , \n"",""\n\u00a0,\nc,\n'))).toEqual([
    ['a', 'b'],
    ['c', ''],
  ]);
});

test('rejects a record with a NUL character and keeps its neighbours', () => {
  const rows = readText('A,1\nB,\0\nC,3\n');
  expect(cellsOf(rows)).toEqual([['A', '1'], 'nul_character', ['C', '3']]);
  expect(rows[1]).toMatchObject({ rowNumber: 2, unreadable: { value: 'B,\\x00' } });
});

test('rejects records with invalid UTF-8, wherever the chunks end', () => {
  const text = Buffer.concat([
    Buffer.from('A,é€😀\nB,'),
    Buffer.from([0xe9]),
    Buffer.from('t\u00e9\nC,"x\n'),
    Buffer.from([0xc3]),
    Buffer.from('"\nD,😀'),
  ]);
  for (let chunkBytes = 1; chunkBytes <= text.length; chunkBytes++) {
    const rows = readText(text, { chunkBytes, pieceBytes: 1 });
    expect(cellsOf(rows)).toEqual([
      ['A', 'é€😀'],
      'invalid_encoding',
      'invalid_encoding',
      ['D', '😀'],
    ]);
    expect(rows[1]).toMatchObject({ rowNumber: 2, unreadable: { value: 'B,\\xE9té' } });
  }
});

test('gives pieces that stay as they are while the next ones are read', () => {
  const { pieces } = split('A,1\nB,2\nC,3\n', { pieceBytes: 4, chunkBytes: 4 });
  expect(pieces.map((piece) => piece.firstRow)).toEqual([1, 2, 3]);
  expect(pieces.map((piece) => piece.bytes.toString())).toEqual(['A,1\n', 'B,2\n', 'C,3\n']);
});

test('gives very short records in pieces of so many, as each becomes a row of its own', () => {
  const { pieces } = split(`A,"open\n${'x\n'.repeat(800_000)}`);
  const counts = pieces.map(({ starts }) => starts.length);
  expect(Math.max(...counts)).toBe(16 * 1024);
  const rows = pieces.map(({ firstRow }) => firstRow);
  expect(rows).toEqual(counts.map((_, i) => 1 + counts.slice(0, i).reduce((a, b) => a + b, 0)));
  expect(pieces.every(({ bytes, ends }) => bytes.length <= ends.at(-1)! + 1)).toBe(true);
  expect(counts.reduce((a, b) => a + b, 0)).toBe(800_001);
});
