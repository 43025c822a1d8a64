import type { Command, CommandGroup, FrontPage } from '../cli/command.js';
import { changes } from './changes.js';
import { complete } from './complete.js';
import { dbDistribute } from './db/distribute.js';
import { dbInfo } from './db/info.js';
import { dbMigrate } from './db/migrate.js';
import { dbStart } from './db/start.js';
import { dbStop } from './db/stop.js';
import { imageDead } from './image/dead.js';
import { imageProcess } from './image/process.js';
import { imageRetry } from './image/retry.js';
import { imageStatus } from './image/status.js';
import { inspect } from './inspect.js';
import { load } from './load.js';
import { productAdd } from './product/add.js';
import { productDelete } from './product/delete.js';
import { productExport } from './product/export.js';
import { productGet } from './product/get.js';
import { productList } from './product/list.js';
import { productUpdate } from './product/update.js';
import { purge } from './purge.js';
import { report } from './report.js';
import { schema } from './schema.js';
import { status } from './status.js';
import { template } from './template.js';
import { undo } from './undo.js';
import { webhookAdd } from './webhook/add.js';
import { webhookList } from './webhook/list.js';
import { webhookUpdate } from './webhook/update.js';
import { webhookRemove } from './webhook/remove.js';
import { webhookTest } from './webhook/test.js';
import { webhookFire } from './webhook/fire.js';
import { webhookDeliveries } from './webhook/deliveries.js';
import { webhookDeliver } from './webhook/deliver.js';
import { webhookRetry } from './webhook/retry.js';
import { webhookVerify } from './webhook/verify.js';

/** Every command, in the order in which `--help` lists them. */
export const commands: Command[] = [
  load,
  status,
  report,
  changes,
  undo,
  purge,
  inspect,
  template,
  productList,
  productGet,
  productAdd,
  productUpdate,
  productDelete,
  productExport,
  webhookAdd,
  webhookList,
  webhookUpdate,
  webhookRemove,
  webhookTest,
  webhookFire,
  webhookDeliveries,
  webhookDeliver,
  webhookRetry,
  webhookVerify,
  imageProcess,
  imageStatus,
  imageDead,
  imageRetry,
  dbInfo,
  dbMigrate,
  dbStart,
  dbStop,
  dbDistribute,
  schema(() => commands) as Command,
  complete,
];

export const groups: CommandGroup[] = [
  {
    name: 'product',
    summary: 'look at products and change them one by one',
  },
  { name: 'webhook', summary: 'tell other systems what happened' },
  { name: 'image', summary: 'fetch, compress and store the images of products' },
  { name: 'db', summary: 'the database behind it' },
];

/** What `prodimport --help` shows; a group stands for its commands. */
export const frontPage: FrontPage = {
  sections: {
    'Import a file:': ['load', 'inspect', 'template'],
    'What became of it:': ['status', 'report', 'changes', 'undo'],
    'The catalogue:': ['product', 'purge'],
    'Beside the import:': ['webhook', 'image'],
    'Set up:': ['db', 'schema', 'complete'],
  },
  examples: [
    'prodimport load products.csv',
    'prodimport load products.csv --dry-run',
    'prodimport report last --json | jq .failedRows',
    'prodimport product list --search chair',
    'prodimport load --help',
  ],
  epilogue:
    'Defaults may stand in prodimport.config.json, in the folder where it is called:\n' +
    '  { "schema": "shop", "load": { "decimal": ",", "maxRejects": "2%" } }',
};

/** What `prodimport` alone shows: what somebody who has never used it needs first. */
export const welcome = `prodimport imports product catalogues (CSV, XLSX) into PostgreSQL.

  prodimport load products.csv     import a file; a repeated SKU overwrites
  prodimport report last           what became of each row
  prodimport --help                all commands

No database named? An embedded PostgreSQL is started and stopped for you.
`;
