import { describe, expect, it } from 'vitest';
import { readTables } from '../../src/source/tables.js';
import fc from '../setup/property.js';

const faults = {
  tooLarge: (what: string) => new Error(what),
  damaged: (what: string) => new Error(what),
};
const read = (page: string) => readTables(page, (text) => text, faults);
const first = (page: string) => read(page)[0];

describe('a table of a page', () => {
  it.each([
    ['', '<table><tr><td>A</td><td>1</td></tr></table>', [['A', '1']]],
    ['with end tags left out', '<table><tr><th>A<th>B<tr><td>1<td>2</table>', 'A B/1 2'],
    ['in capitals', '<TABLE><TR><TD>A</TD><TD NOWRAP>1</TD></TR></TABLE>', 'A 1'],
    ['without rows', '<table><td>A<td>1</table>', 'A 1'],
    ['in groups', '<table><thead><tr><td>A<tbody><tr><td>1<tfoot><tr><td>2</table>', 'A/1/2'],
    [
      'with attributes that hold signs',
      `<table><tr><td title="a>b" x='"<td>'>A<td>1</table>`,
      'A 1',
    ],
    ['with remarks', '<table><tr><td>A<!-- <td>no</td> --><td>1</table>', 'A 1'],
    ['with scripts', '<table><tr><td>A<script>if (a<b) "<td>"</script><td>1</table>', 'A 1'],
    ['with an empty cell', '<table><tr><td>A<td><td>1</table>', 'A  1'],
    ['with a sign that opens no tag', '<table><tr><td>3 < 4<td>a<3</table>', [['3 < 4', 'a<3']]],
    ['with an open quote', '<table><tr><td title="a>A<td>1</table>', 'A 1'],
  ])('%s has its cells', (_, page, right) => {
    const rows = typeof right === 'string' ? right.split('/').map((row) => row.split(' ')) : right;
    expect(first(page)).toEqual(rows);
  });

  it('shows one blank for many, and lines below each other', () => {
    const cell = ' one\n  two <b>th</b>ree<br>\n four <p>five</p><p>six</p><ul><li>x<li>y</ul>';
    expect(first(`<table><tr><td>${cell}</table>`)).toEqual([
      ['one two three\nfour\nfive\nsix\nx\ny'],
    ]);
  });

  it.each([
    ['rows', '<tr><td rowspan=2>A<td>1<tr><td>2<tr><td>B<td>3', 'A 1/A 2/B 3'],
    ['rows, the last cell', '<tr><td>1<td rowspan="2">A<tr><td>2<tr><td>3<td>B', '1 A/2 A/3 B'],
    [
      'rows, twice',
      '<tr><td rowspan=2>A<td rowspan=3>B<td>1<tr><td>2<tr><td>C<td>3',
      'A B 1/A B 2/C B 3',
    ],
    ['all rows that follow', '<tr><td rowspan=0>A<td>1<tr><td>2<tr><td>3', 'A 1/A 2/A 3'],
    ['more rows than there are', '<tr><td rowspan=99>A<td>1<tr><td>2', 'A 1/A 2'],
    [
      'rows of its own group alone',
      '<tbody><tr><td rowspan=9>A<td>1<tbody><tr><td>B<td>2',
      'A 1/B 2',
    ],
    ['columns', '<tr><td colspan=2>A<td>1<tr><td>B<td>C<td>2', 'A  1/B C 2'],
    ['both', '<tr><td rowspan=2 colspan=2>A<td>1<tr><td>2', 'A  1/A  2'],
    ['no number of rows', '<tr><td rowspan=x>A<td data-rowspan=2>1<tr><td>2', 'A 1/2'],
  ])('has in each place the cell that spans %s', (_, rows, right) => {
    expect(first(`<table>${rows}</table>`)).toEqual(right.split('/').map((row) => row.split(' ')));
  });

  it('goes on behind a table in one of its cells, which is a table of its own', () => {
    const inner = '<table><tr><td>x</td><td>y</td></tr><tr><td>z</td></tr></table>';
    const page = `<table><tr><td>A</td><td>note ${inner}</td><td>1</td></tr><tr><td>B<td><td>2</table>`;
    expect(read(page)).toEqual([
      [
        ['A', 'note\nx y\nz', '1'],
        ['B', '', '2'],
      ],
      [['x', 'y'], ['z']],
    ]);
  });

  it('stands as it is shown, however its cells span rows and columns', () => {
    const cell = fc.record({
      text: fc.stringMatching(/^[a-z]{1,3}$/),
      rows: fc.integer({ min: 1, max: 3 }),
      columns: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(fc.array(cell, { maxLength: 3 }), { maxLength: 5 }), (table) => {
        const page = table.map((cells) => {
          const tags = cells.map(({ text, rows, columns }) => {
            return `<td rowspan=${rows} colspan="${columns}">${text}</td>`;
          });
          return `<tr>${tags.join('')}</tr>`;
        });
        const found = first(`<table>${page.join('')}</table>`)!;
        expect(found).toHaveLength(table.length);
        // Each cell once for each of its rows, and nothing else.
        const shown = found.map((texts) => texts.filter(Boolean));
        const right = table.map((_, at) => {
          const reaching = table.slice(0, at + 1).map((cells, from) => {
            return cells.filter(({ rows }) => from + rows > at).map(({ text }) => text);
          });
          return reaching.flat().sort();
        });
        expect(shown.map((texts) => [...texts].sort())).toEqual(right);
      }),
    );
  });

  it('is refused where the page ends within it', () => {
    expect(() => read('<table><tr><td>A<td>1')).toThrow('ends within a table');
  });

  it.each([
    [
      'cells that stand beside too many rows',
      `<tr>${'<td rowspan=0 colspan=1000>'.repeat(9)}${'<tr>'.repeat(1000)}`,
    ],
    ['tables too deep inside each other', '<table><tr><td>'.repeat(70)],
  ])('is refused where it has %s', (_, rows) => {
    expect(() => read(`<table>${rows}`)).toThrow(/more than (5000000 cells|64 deep)/);
  });
});
