import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ReportExtra } from '../../src/report/facts.js';
import { type ReportFormat, reportWriter } from '../../src/report/formats.js';
import { reportSchema, type Report } from '../../src/load/job.js';
import { cleanReport, report } from './example.js';

async function written(format: ReportFormat, of: Report, extra: ReportExtra = {}) {
  const chunks: string[] = [];
  for await (const chunk of reportWriter(format)(of, extra)) chunks.push(String(chunk));
  return chunks;
}

const [example] = report().failedRows;

describe('a report as JSON', () => {
  it('is one line that its own schema accepts', async () => {
    const [line] = await written('json', report());
    expect(line).toMatch(/^\{.*\}\n$/);
    expect(reportSchema(z).parse(JSON.parse(line!))).toEqual(report());
  });
});

describe('a report as CSV', () => {
  it('lists the rejects, quoted where they must be', async () => {
    const failedRows = [{ ...example!, column: null, value: 'a,"b"\nc', line: null }];
    expect((await written('csv', report({ failedRows }))).join('')).toBe(
      'row,line,column,value,code,error\n' +
        '4,,,"a,""b""\nc",required,Missing required field: name\n',
    );
  });

  it('shows what would command a terminal', async () => {
    const failedRows = [{ ...example!, value: '\x1b[2J' }];
    const csv = (await written('csv', report({ failedRows }))).join('');
    expect(csv).toContain('name,\\x1b[2J,required');
  });

  it('has only a header where nothing was rejected', async () => {
    expect(await written('csv', cleanReport())).toEqual(['row,line,column,value,code,error\n']);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '＝1+1'])(
    'does not let a spreadsheet run %j',
    async (value) => {
      const failedRows = [{ ...example!, value, column: value }];
      const csv = (await written('csv', report({ failedRows }))).join('');
      const cells = csv
        .split('\n')[1]!
        .split(',')
        .map((cell) => cell.replace(/^"/, ''));
      expect([cells[2]![0], cells[3]![0]]).toEqual(["'", "'"]);
    },
  );

  it('prefers all rejects to the beginning, and gives them in chunks', async () => {
    async function* many() {
      for (let n = 0; n < 2500; n += 1) yield { ...example!, rowNumber: n + 2 };
    }
    const chunks = await written('csv', report(), { allRejects: many() });
    expect(chunks).toHaveLength(3);
    expect(chunks.join('').trimEnd().split('\n')).toHaveLength(2501);
  });
});

describe('a report as Markdown', () => {
  it('fits into a pull request', async () => {
    expect((await written('markdown', report())).join('')).toBe(`\
### Loaded products.csv: 400,000 products inserted, 900 updated; 10 of 500,000 rows rejected.

| rows | count | |
| :--- | ---: | :--- |
| read | 500,000 | 70.1 MB, csv, utf-8, delimiter "," |
| rejected | 10 | |
| duplicates | 35,051 | another row of the same SKU was taken |
| inserted | 400,000 | |
| updated | 900 | |
| unchanged | 64,039 | |

job 12 · 3.5 s (reading 1.5 s, merging 1.9 s) · 144,000 rows/s · 150 MB of memory · by ops@shop-1

| rejected | column | rows | which | for example |
| :--- | :--- | ---: | :--- | :--- |
| required | name | 8 | 4, 9, 12, 15, 18, … | Missing required field: name |
| price\\_ambiguous | price | 1 | 30 | 1.234 may mean 1234 or 1.234; say which with --decimal |
| price\\_invalid | price | 1 | 31 | n/a is not a price |

**Next**

- \`prodimport report 12 --format csv\` – every rejected row
- Load with --rejects FILE to get such rows in their own columns, to correct and load.
- Say which sign separates decimals: --decimal . or --decimal ,
`);
  });

  it('keeps a command whole whose file has a backtick in its name', async () => {
    const markdown = await written('markdown', report({ rejectsFile: 'a`b.csv' }));
    expect(markdown.join('')).toContain("- `` prodimport load 'a`b.csv' `` – once");
  });

  it('takes nothing from a cell for markup, HTML, a mention or a link', async () => {
    const error = '| `x` <b> @admin #12 [a](https://evil.test) &lt; \n# head';
    const markdown = await written('markdown', report({ failedRows: [{ ...example!, error }] }));
    expect(markdown.join('')).toContain(
      '\\| \\`x\\` \\<b\\> @\u200badmin #\u200b12 ' +
        '\\[a\\](https\u200b://evil.test) &amp;lt; \\\\n# head |',
    );
  });
});
