import type { Command, Input } from '../cli/command.js';
import { reportSchema, type Report } from '../load/job.js';
import { type LoadOptions, parseLimit } from '../load/request.js';
import { detachedSchema, type Detached } from '../load/detach.js';
import { reportText } from './report.js';
import { Fault } from '../product/reject.js';
import { readShortText } from '../product/text.js';
import { raggedChoices } from '../product/widths.js';
import { wholeNumber, type OptionSpec, waitOptions } from '../option.js';

const reading = 'Reading the file:';
const policies = 'Policies:';
const running = 'Running:';

export const loadOptions: OptionSpec[] = [
  {
    group: reading,
    flags: '--format <format>',
    description: 'found from the content, not the name',
    choices: ['auto', 'csv', 'tsv', 'xlsx', 'xls'],
    default: 'auto',
  },
  {
    group: reading,
    flags: '--sheet <sheet>',
    description: 'name or number of the sheet (default: the first visible one)',
  },
  {
    group: reading,
    flags: '--delimiter <character>',
    description: 'what stands between cells; "tab" for a tab',
    default: 'auto',
  },
  {
    group: reading,
    flags: '--quote <sign>',
    description: 'what stands around cells; "none": quotes are text',
    default: '"',
  },
  {
    group: reading,
    flags: '--escape <sign>',
    description: 'how a quote stands in a quoted cell: twice, or behind \\',
    choices: ['"', '\\'],
    default: '"',
  },
  {
    group: reading,
    flags: '--encoding <name>',
    description: 'such as utf-8, windows-1252, utf-16le',
    default: 'auto',
  },
  {
    group: reading,
    flags: '--header-row <row>',
    description: 'the row that names the columns; 0 for none',
    default: 'auto',
    parse: headerRow,
  },
  {
    group: reading,
    flags: '--data-row <row>',
    description: 'the row where the products begin (default: the one behind the header)',
    parse: wholeNumber(1),
  },
  {
    group: reading,
    flags: '--ragged <what>',
    description: 'rows with fewer or more cells than the header',
    choices: raggedChoices,
    default: 'auto',
  },
  {
    group: reading,
    flags: '--map <header=field>',
    description: 'which header fills which field; 1=sku by number (repeatable)',
    repeatable: true,
  },
  {
    group: reading,
    flags: '--profile <profile>',
    description: 'auto, none, the name of a shop system, or a JSON file',
    default: 'auto',
  },
  {
    group: reading,
    flags: '--extra <what>',
    description: 'columns that match no field',
    choices: ['keep', 'ignore', 'error'],
    default: 'keep',
  },
  {
    group: reading,
    flags: '--decimal <mark>',
    description: 'decimal mark of prices; auto refuses what is ambiguous',
    choices: ['auto', '.', ','],
    default: 'auto',
  },
  {
    group: reading,
    flags: '--null <words>',
    description: "words for nothing (default: \\N); 'price=POA,n/a' for one column (repeatable)",
    repeatable: true,
    allowsEmpty: true,
  },
  {
    group: reading,
    flags: '--guards <what>',
    description: 'what keeps text from spreadsheets: ="00123", or \' before digits and signs',
    choices: ['strip', 'keep'],
    default: 'strip',
  },
  {
    group: reading,
    flags: '--round-prices',
    description: 'round prices of more than four decimals',
  },
  {
    group: reading,
    flags: '--allow-mangled',
    description: 'take SKUs that look damaged by Excel as they are',
  },
  {
    group: policies,
    flags: '--action <action>',
    description: 'for rows without an action of their own',
    choices: ['upsert', 'add', 'update', 'delete'],
    default: 'upsert',
  },
  {
    group: policies,
    flags: '--on-existing <what>',
    description: 'an upsert of a SKU in the catalogue',
    choices: ['update', 'skip', 'error'],
    default: 'update',
  },
  {
    group: policies,
    flags: '--on-duplicate <what>',
    description: 'a SKU that comes twice in the file',
    choices: ['last', 'first', 'error'],
    default: 'last',
  },
  {
    group: policies,
    flags: '--blank <what>',
    description: 'an empty cell of a column that is there',
    choices: ['keep', 'clear'],
    default: 'keep',
  },
  { group: policies, flags: '--active', description: 'new products are active (the default)' },
  { group: policies, flags: '--inactive', description: 'new products are inactive' },
  {
    group: policies,
    flags: '--owner <id>',
    description: 'stamps the rows with an owner',
    parse: ownerName,
  },
  {
    group: policies,
    flags: '--missing <what>',
    description: 'active products that the file does not name',
    choices: ['keep', 'deactivate', 'delete'],
    default: 'keep',
  },
  {
    group: policies,
    flags: '--missing-limit <limit>',
    description: 'stop when more than this are missing, rows or % (default: 20%)',
    parse: parseLimit,
  },
  {
    group: policies,
    flags: '--max-rejects <limit>',
    description: 'stop when more rows fail, rows or %; 0 is all or nothing',
    parse: parseLimit,
  },
  {
    group: policies,
    flags: '--accept-rejects',
    description: 'exit 0, not 3, when rows were rejected',
  },
  {
    group: policies,
    flags: '--rejects <file>',
    description: 'rejected rows in the columns of the input; mended, it loads again',
  },
  { group: running, flags: '--dry-run', description: 'exact counts, nothing written' },
  {
    group: running,
    flags: '--diff <file>',
    description: 'with --dry-run: what would change, old and new, as NDJSON',
  },
  {
    group: running,
    flags: '--record-changes',
    description: 'keep old and new of each product, for changes and undo',
  },
  {
    group: running,
    flags: '--skip-loaded',
    description: 'do nothing when this very file is what was loaded last',
  },
  {
    group: running,
    flags: '--detach',
    description: 'print the job and go on in the background',
  },
  ...waitOptions(running),
  {
    group: running,
    flags: '--progress <how>',
    description: 'progress on standard error',
    choices: ['auto', 'bar', 'lines', 'json', 'none'],
    default: 'auto',
  },
];

/** The options of a load as its rooms take them. */
export function loadOptionsOf({ options, given, sources }: Input): LoadOptions {
  const typed = (name: string) => sources[name] === 'cli';
  return { ...(options as unknown as LoadOptions), given, typed };
}

function headerRow(text: string): 'auto' | number {
  return text === 'auto' ? text : wholeNumber(0)(text);
}

/** An owner as a cell of the file would name it: trimmed, so that both mean the same one. */
function ownerName(text: string): string {
  const owner = readShortText(text, 'owner');
  if (owner === null) throw new Error('It is blank: give a value, or leave the option out.');
  if (owner instanceof Fault) throw new Error(`${owner.error}.`);
  return owner;
}

export const load: Command<Report | Detached> = {
  name: 'load',
  lasts: true,
  summary: 'import a file into the catalogue',
  description:
    'Imports a CSV, TSV, XLSX or XLS file (or gzip of these, or - for standard input). Products are\nmatched by SKU, whatever its case; the last row of a SKU wins. All or nothing is committed.',
  examples: [
    'prodimport load products.csv',
    'prodimport load prices.xlsx --sheet Prices --max-rejects 0',
    'prodimport load feed.csv --owner acme --missing deactivate',
    'curl -s https://shop.example/feed.csv | prodimport load - --json',
  ],
  arguments: [{ name: '<file>', description: 'the file, or - for standard input' }],
  options: loadOptions,
  document: {
    about: 'the result of a load; with --detach only the job',
    schema: (z) => reportSchema(z).or(detachedSchema(z)),
  },
  async run(context, input) {
    const { runLoad } = await import('../load/run.js');
    const { publishImport: publish } = await import('../webhook/publish.js');
    const { attemptQuickly } = await import('./webhook/options.js');
    const attempt = (deliveries: string[]) =>
      attemptQuickly(context, deliveries, { deliver: true });
    const file = input.arguments[0]!;
    return runLoad(context, file, loadOptionsOf(input), { publish, attempt });
  },
  render(report, page, context) {
    return 'rows' in report ? reportText(report, page, context) : JSON.stringify(report);
  },
  exitCode(report, input) {
    const { acceptRejects } = input.options as unknown as LoadOptions;
    return 'rows' in report && report.rows.rejected > 0 && !acceptRejects ? 3 : 0;
  },
};
