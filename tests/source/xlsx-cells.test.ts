import { describe, expect, test } from 'vitest';
import { cellsOf } from './workbook.js';

/** One row with one cell per XML given. */
const row = (...cells: string[]): string => `<row>${cells.join('')}</row>`;
const text = (value: string): string => `<c t="inlineStr"><is><t>${value}</t></is></c>`;

describe('text', () => {
  test('keeps shared, inline and formula text byte for byte', async () => {
    const rows = row(
      '<c t="s"><v>1</v></c>',
      text(' 000123 '),
      '<c t="str"><f>A1</f><v>12345678901234567890</v></c>',
      '<c t="s"><v>0</v></c>',
    );
    const strings =
      '<si><t>é &amp; &lt;b&gt; 🎈</t></si><si><t xml:space="preserve">  a\tb\n</t></si>';
    expect(await cellsOf({ rows, strings })).toEqual([
      ['  a\tb\n', ' 000123 ', '12345678901234567890', 'é & <b> 🎈'],
    ]);
  });

  test('joins the runs of rich text and leaves out how it is read aloud', async () => {
    const rich =
      '<r><rPr><b/></rPr><t>東</t></r><r><t>京 </t></r>' +
      '<rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/>';
    expect(
      await cellsOf({
        rows: row('<c t="s"><v>0</v></c>', `<c t="inlineStr"><is>${rich}</is></c>`),
        strings: `<si>${rich}</si>`,
      }),
    ).toEqual([['東京 ', '東京 ']]);
  });

  test('decodes escapes, and what only looks like one stays', async () => {
    const escaped = 'a_x000D_\n_x0009_b _x005F_x000D_ _x00e9_ _x12_ _xZZZZ_';
    expect(
      await cellsOf({
        rows: row('<c t="s"><v>0</v></c>', text(escaped), `<c t="str"><v>${escaped}</v></c>`),
        strings: `<si><t>${escaped}</t></si>`,
      }),
    ).toEqual([Array(3).fill('a\r\n\tb _x000D_ é _x12_ _xZZZZ_')]);
  });

  test('makes an escaped half of a character a reject, and a whole one text', async () => {
    expect(
      await cellsOf({
        rows: row(text('_xD83D_')) + row(text('_xD83C__xDF88_')) + row(text('next')),
      }),
    ).toEqual(['invalid_encoding', ['🎈'], ['next']]);
  });

  test('reads CDATA and character references', async () => {
    expect(await cellsOf({ rows: row(text('<![CDATA[<5 & 6>]]>&#13;&#x1F388;')) })).toEqual([
      ['<5 & 6>\r🎈'],
    ]);
  });

  test('makes a row with a cell of over a mebi of characters a reject, and reads on', async () => {
    const long = 'x'.repeat(1_048_577);
    expect(
      await cellsOf({
        rows: row(text(long)) + row('<c t="s"><v>0</v></c>') + row('<c t="s"><v>1</v></c>'),
        strings: `<si><t>${long}</t></si><si><t>${long.slice(1)}</t></si>`,
      }),
    ).toEqual(['record_too_large', 'record_too_large', [long.slice(1)]]);
  });
});

describe('numbers, booleans, errors, formulas', () => {
  test('keeps a number as it is stored, with its format', async () => {
    const styles =
      '<numFmts><numFmt numFmtId="164" formatCode="000000"/></numFmts>' +
      '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>' +
      '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="2"/><xf numFmtId="49"/></cellXfs>';
    const rows = row(
      '<c><v>1.2345678901234567E19</v></c>',
      '<c s="1"><v>123</v></c>',
      '<c s="2" t="n"><v> 9.9900000000000002 </v></c>',
      '<c s="3"><v>-0</v></c>',
      '<c s="99"><v>7</v></c>',
    );
    expect(await cellsOf({ rows, styles })).toEqual([
      [
        { kind: 'number', text: '1.2345678901234567E19', format: null },
        { kind: 'number', text: '123', format: '000000' },
        { kind: 'number', text: '9.9900000000000002', format: '0.00' },
        { kind: 'number', text: '-0', format: '@' },
        { kind: 'number', text: '7', format: null },
      ],
    ]);
  });

  test('tells booleans and errors from text', async () => {
    const rows = row('<c t="b"><v>1</v></c>', '<c t="b"><v>0</v></c>', '<c t="e"><v>#N/A</v></c>');
    expect(await cellsOf({ rows })).toEqual([
      [
        { kind: 'boolean', value: true },
        { kind: 'boolean', value: false },
        { kind: 'error', text: '#N/A' },
      ],
    ]);
  });

  test('gives a formula as its cached value, and as an error where it has none', async () => {
    const rows = row(
      '<c><f>1+1</f><v>2</v></c>',
      '<c t="b"><f>TRUE()</f><v>1</v></c>',
      '<c t="str"><f>""</f><v></v></c>',
      '<c><f>NOW()</f></c>',
      '<c><f>NOW()</f><v/></c>',
      '<c t="str"><f>X()</f></c>',
    );
    expect(await cellsOf({ rows })).toEqual([
      [
        { kind: 'number', text: '2', format: null },
        { kind: 'boolean', value: true },
        '',
        { kind: 'error', text: '' },
        { kind: 'error', text: '' },
        { kind: 'error', text: '' },
      ],
    ]);
  });
});

describe('dates', () => {
  const styles =
    '<numFmts><numFmt numFmtId="170" formatCode="[$-409]dd\\.mm\\.yyyy&quot; um &quot;hh:mm"/></numFmts>' +
    '<cellXfs><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="170"/><xf numFmtId="46"/></cellXfs>';
  const date = (serial: string, style = 0): string => `<c s="${style}"><v>${serial}</v></c>`;

  test('counts from 1900, with the day that never was', async () => {
    const serials = ['45322', '1', '59', '60', '61', '2958465'];
    expect(await cellsOf({ styles, rows: row(...serials.map((serial) => date(serial))) })).toEqual([
      ['2024-01-31', '1900-01-01', '1900-02-28', '1900-02-29', '1900-03-01', '9999-12-31'].map(
        (iso) => ({ kind: 'date', iso }),
      ),
    ]);
  });

  test('counts from 1904 where the workbook says so', async () => {
    const rows = row(date('0'), date('43860'), date('59.5', 1));
    expect(await cellsOf({ styles, rows, properties: 'date1904="1"' })).toEqual([
      ['1904-01-01', '2024-01-31', '1904-02-29T12:00:00'].map((iso) => ({ kind: 'date', iso })),
    ]);
  });

  test('has a time of day to the second, and a time alone where there is no day', async () => {
    const rows = row(date('45322.4309027778', 1), date('45322.999999', 2), date('0.5', 3));
    expect(await cellsOf({ styles, rows })).toEqual([
      ['2024-01-31T10:20:30', '2024-02-01', '12:00:00'].map((iso) => ({ kind: 'date', iso })),
    ]);
  });

  test('leaves a number out of the calendar a number', async () => {
    const number = (value: string): unknown => ({
      kind: 'number',
      text: value,
      format: 'mm-dd-yy',
    });
    expect(
      await cellsOf({ styles, rows: row(date('-1'), date('2958466'), date('1e300')) }),
    ).toEqual([[number('-1'), number('2958466'), number('1e300')]]);
  });

  test('reads ISO date cells', async () => {
    const values = [
      '2024-01-31',
      '2024-01-31T10:20:30.5Z',
      '2024-01-31T00:00:00',
      '10:20:30',
      'soon',
    ];
    const rows = row(...values.map((value) => `<c t="d"><v>${value}</v></c>`));
    expect(await cellsOf({ rows })).toEqual([
      [
        { kind: 'date', iso: '2024-01-31' },
        { kind: 'date', iso: '2024-01-31T10:20:30' },
        { kind: 'date', iso: '2024-01-31' },
        { kind: 'date', iso: '10:20:30' },
        'soon',
      ],
    ]);
  });
});
