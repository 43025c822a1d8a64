import { tellCrashes } from './crashes.js';
import { withDead, type Command } from '../cli/command.js';
import { ResultWithError } from '../errors.js';
import { reportSchema, type Report } from '../load/job.js';
import { outcomeSchema } from '../load/outcomes.js';
import { loadOptions } from '../load/options.js';
import { detachedSchema, type Detached } from '../load/detach.js';

export const load: Command<Report | Detached, typeof loadOptions> = {
  name: 'load',
  needs: 'loader',
  lasts: true,
  summary: 'import a file into the catalogue',
  description:
    'Imports CSV, TSV, Excel, ODS, JSON, NDJSON, XML or an HTML table, also in gzip or zip: a file, a\nURL (http(s), s3, sftp, ftp(s)), or - for standard input. Products are matched by SKU, whatever its\ncase; the last row of a SKU wins. All or nothing is committed.',
  examples: [
    'prodimport load products.csv',
    'prodimport load prices.xlsx --sheet Prices --max-rejects 0',
    'prodimport load feed.csv --owner acme --missing deactivate',
    'prodimport load https://supplier.example/feed.csv --skip-loaded',
    "prodimport load 'sftp://acme@drop.example/out/Inventory*.csv'",
    'zcat feed.csv.gz | prodimport load - --json',
  ],
  arguments: [{ name: '<source>', description: 'a path, a URL, or - for standard input' }],
  options: loadOptions,
  document: {
    about: 'the result of a load; with --detach only the job',
    schema: (z) => reportSchema(z).or(detachedSchema(z)),
  },
  otherDocuments: {
    'load outcome': {
      about: 'what became of a row, a line each (load --outcomes FILE.ndjson)',
      schema: outcomeSchema,
      isLine: true,
    },
  },
  async run(context, input) {
    const { takeHanded } = await import('../load/detach.js');
    const handed = await takeHanded();
    const { runLoad } = await import('../load/run.js');
    const { publishImport: publish } = await import('../webhook/publish.js');
    const { attemptQuickly } = await import('./webhook/options.js');
    let dead = 0;
    const attempt = async (deliveries: string[]) => {
      dead += (await attemptQuickly(context, deliveries, { deliver: true })).dead;
    };
    const { given, typed } = input;
    const options = { ...input.options, ...(handed && { header: handed.header }), given, typed };
    const file = handed?.file ?? input.arguments[0]!;
    const result = await runLoad(context, file, options, { publish, attempt });
    if (!options.detach) dead += await tellCrashes(context);
    return result instanceof ResultWithError ? result : withDead(result, dead);
  },
  async render(report, page, context) {
    if (!('rows' in report)) return JSON.stringify(report);
    const { allGroups } = await import('../load/read-report.js');
    const { summary } = await import('../report/text.js');
    return summary(report, page, await allGroups(report, () => context.database()), context);
  },
  exitCode(report, input) {
    const { acceptRejects } = input.options;
    return 'rows' in report && report.rows.rejected > 0 && !acceptRejects ? 3 : 0;
  },
};
