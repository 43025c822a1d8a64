import { imageRootOption, wholeNumber, waitOptions, type OptionSpec } from '../option.js';
import { actions } from '../product/product.js';
import { Fault } from '../product/reject.js';
import { readShortText } from '../product/text.js';
import { raggedChoices } from '../product/widths.js';
import { sourceFormats } from '../source/source.js';

/** The configuration file may set these: not for what fetches a file, or answers for its user. */
const reading = { group: 'Reading the file:', decides: true, config: 'any' } as const;
const policies = { group: 'Policies:', decides: true } as const;
const limits = { ...policies, decides: false } as const;
const running = { group: 'Running:' } as const;

const fetching = { group: 'Fetching a URL:' } as const;

/** The options that say how a URL is asked. */
const fetchingOptions = [
  {
    ...fetching,
    flags: '--header <header>',
    description:
      "'Name: value' for the first host; better 'Name: @FILE' or 'Name: $VARIABLE', as the list of processes shows a value for a moment (repeatable)",
    repeatable: true,
  },
  {
    ...fetching,
    flags: '--identity <file>',
    description: 'private key for sftp (default: what the SSH agent holds)',
  },
  {
    ...fetching,
    flags: '--known-hosts <file>',
    description: 'host keys for sftp (default: ~/.ssh/known_hosts)',
  },
  {
    ...fetching,
    flags: '--endpoint-url <url>',
    description: 'of an S3-compatible store (AWS_ENDPOINT_URL_S3)',
  },
  {
    ...fetching,
    flags: '--path-style',
    description: 'endpoint/bucket/key instead of bucket.endpoint/key (PRODIMPORT_S3_PATH_STYLE)',
  },
] as const satisfies OptionSpec[];

/** The options that say how a file is read, of `load` and of `inspect`. */
export const readingOptions = [
  ...fetchingOptions,
  {
    ...reading,
    flags: '--format <format>',
    description: 'found from the content, not the name',
    choices: ['auto', ...sourceFormats],
    default: 'auto',
  },
  {
    ...reading,
    flags: '--sheet <sheet>',
    description: 'sheet, table, element or key: its name or number (default: the first)',
  },
  {
    ...reading,
    flags: '--member <name>',
    description: 'which file of a zip archive (default: the only one)',
  },
  {
    ...reading,
    flags: '--delimiter <character>',
    description: 'what stands between cells; "tab" for a tab',
    default: 'auto',
  },
  {
    ...reading,
    flags: '--quote <sign>',
    description: 'what stands around cells; "none": quotes are text',
    default: '"',
  },
  {
    ...reading,
    flags: '--escape <sign>',
    description: 'how a quote stands in a quoted cell: twice, or after \\',
    choices: ['"', '\\'],
    default: '"',
  },
  {
    ...reading,
    flags: '--encoding <name>',
    description: 'such as utf-8, windows-1252, utf-16le',
    default: 'auto',
  },
  {
    ...reading,
    flags: '--header-row <row>',
    description: 'the row that names the columns; 0 for none',
    default: 'auto',
    parse: headerRow,
  },
  {
    ...reading,
    flags: '--data-row <row>',
    description: 'the row where the products begin (default: the one after the header)',
    parse: wholeNumber(1),
  },
  {
    ...reading,
    flags: '--ragged <what>',
    description: 'rows with fewer or more cells than the header',
    choices: raggedChoices,
    default: 'auto',
  },
  {
    ...reading,
    flags: '--map <header=field>',
    description: 'which header fills which field; 1=sku by number (repeatable)',
    repeatable: true,
  },
  {
    ...reading,
    flags: '--profile <profile>',
    description: 'auto, none, the name of a shop system, or a JSON file',
    default: 'auto',
  },
  {
    ...reading,
    flags: '--extra <what>',
    description: 'columns that match no field',
    choices: ['keep', 'ignore', 'error'],
    default: 'keep',
  },
  {
    ...reading,
    flags: '--decimal <mark>',
    description: 'decimal mark of prices; auto refuses what is ambiguous',
    choices: ['auto', '.', ','],
    default: 'auto',
  },
  {
    ...reading,
    flags: '--date-order <order>',
    description: 'of dates in fields of your own that ISO (2026-01-31) does not say',
    choices: ['ymd', 'dmy', 'mdy'],
    default: 'ymd',
  },
  {
    ...reading,
    flags: '--null <words>',
    description: "words for nothing (default: \\N); 'price=POA,n/a' for one column (repeatable)",
    repeatable: true,
    allowsEmpty: true,
  },
  {
    ...reading,
    flags: '--guards <what>',
    description: 'what keeps text from spreadsheets: ="00123", or \' before digits and signs',
    choices: ['strip', 'keep'],
    default: 'strip',
  },
  {
    ...reading,
    flags: '--round-prices',
    description: 'round prices of more than four decimals',
  },
  {
    ...reading,
    flags: '--allow-mangled',
    description: 'take SKUs that look damaged by Excel as they are',
  },
] as const satisfies OptionSpec[];

/** Every option of `load`: its words, its type, and whether it decides what the file does. */
export const loadOptions = [
  ...readingOptions,
  { group: reading.group, decides: true, ...imageRootOption },
  {
    ...policies,
    flags: '--action <action>',
    description: 'for rows without an action of their own',
    choices: actions,
    default: 'upsert',
  },
  {
    ...policies,
    flags: '--on-existing <what>',
    config: 'any',
    description: 'an upsert of a SKU in the catalogue',
    choices: ['update', 'skip', 'error'],
    default: 'update',
  },
  {
    ...policies,
    flags: '--on-duplicate <what>',
    config: 'any',
    description: 'a SKU that comes twice in the file',
    choices: ['last', 'first', 'error'],
    default: 'last',
  },
  {
    ...policies,
    flags: '--blank <what>',
    config: ['keep'],
    description: 'an empty cell of a column that is there',
    choices: ['keep', 'clear'],
    default: 'keep',
  },
  {
    ...limits,
    flags: '--active',
    config: 'any',
    description: 'new products are active (the default)',
  },
  { ...policies, flags: '--inactive', config: 'any', description: 'new products are inactive' },
  {
    ...policies,
    flags: '--owner <id>',
    config: 'any',
    description: 'stamps the rows with an owner',
    parse: ownerName,
  },
  {
    ...policies,
    flags: '--missing <what>',
    description: 'active products that the file does not name',
    choices: ['keep', 'deactivate', 'delete'],
    default: 'keep',
  },
  {
    ...policies,
    flags: '--replace',
    description: 'delete all products that the file does not name, inactive ones too; asks first',
  },
  { ...limits, flags: '--yes', description: 'with --replace: do not ask' },
  {
    ...limits,
    flags: '--missing-limit <limit>',
    config: 'any',
    description:
      'stop when more than this are missing, rows or % (default: 20%, of --replace none)',
    parse: parseLimit,
  },
  {
    ...limits,
    flags: '--max-rejects <limit>',
    config: 'any',
    description: 'stop when more rows fail, rows or %; 0 is all or nothing',
    parse: parseLimit,
  },
  {
    ...limits,
    flags: '--accept-rejects',
    config: 'any',
    description: 'exit 0, not 3, when rows were rejected',
  },
  {
    ...limits,
    flags: '--rejects <file>',
    config: 'output',
    description: 'rejected rows in the columns of the input; corrected, it loads again',
  },
  {
    ...limits,
    flags: '--outcomes <file>',
    config: 'output',
    description: 'what became of each row, as .csv or .ndjson',
  },
  { ...running, flags: '--dry-run', config: 'any', description: 'exact counts, nothing written' },
  {
    ...running,
    flags: '--diff <file>',
    config: 'output',
    description: 'with --dry-run: what would change, old and new, as NDJSON',
  },
  {
    ...running,
    flags: '--record-changes',
    config: 'any',
    description: 'keep old and new of each product, for changes and undo',
  },
  {
    ...running,
    flags: '--skip-loaded',
    config: 'any',
    description: 'do nothing when this very file is what was loaded last',
  },
  {
    ...running,
    flags: '--detach',
    description: 'print the job and go on in the background',
  },
  ...waitOptions(running.group),
  {
    ...running,
    flags: '--progress <how>',
    config: 'any',
    description: 'progress on standard error',
    choices: ['auto', 'bar', 'lines', 'json', 'none'],
    default: 'auto',
  },
] as const satisfies OptionSpec[];

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

/** A limit in rows or in percent of the rows read. */
export interface Limit {
  value: number;
  percent: boolean;
}

/**
 * Reads `10` or `2.5%`.
 * @throws Error saying what it takes, for the option's own message
 */
function parseLimit(text: string): Limit {
  const match = /^(\d+)$|^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim());
  if (!match) throw new Error('It takes a number of rows, such as 10, or a share, such as 2%.');
  if (Number(match[2]) > 100) throw new Error('A share is at most 100%.');
  return match[1] !== undefined
    ? { value: Number(match[1]), percent: false }
    : { value: Number(match[2]), percent: true };
}
