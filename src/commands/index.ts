import type { Command, CommandGroup, FrontPage } from '../cli/command.js';
import { topicList } from '../cli/topics.js';

/** Every command, in the order in which `--help` lists them. Only the one that is called is read. */
const modules: Record<string, () => Promise<Command>> = {
  load: () => import('./load.js').then((file) => file.load),
  status: () => import('./status.js').then((file) => file.status),
  report: () => import('./report.js').then((file) => file.report),
  changes: () => import('./changes.js').then((file) => file.changes),
  undo: () => import('./undo.js').then((file) => file.undo),
  purge: () => import('./purge.js').then((file) => file.purge),
  inspect: () => import('./inspect.js').then((file) => file.inspect),
  template: () => import('./template.js').then((file) => file.template),
  'product list': () => import('./product/list.js').then((file) => file.productList),
  'product get': () => import('./product/get.js').then((file) => file.productGet),
  'product history': () => import('./product/history.js').then((file) => file.productHistory),
  'product add': () => import('./product/add.js').then((file) => file.productAdd),
  'product update': () => import('./product/update.js').then((file) => file.productUpdate),
  'product delete': () => import('./product/delete.js').then((file) => file.productDelete),
  'product export': () => import('./product/export.js').then((file) => file.productExport),
  'owner list': () => import('./owner/list.js').then((file) => file.ownerList),
  'field add': () => import('./field/add.js').then((file) => file.fieldAdd),
  'field list': () => import('./field/list.js').then((file) => file.fieldList),
  'field update': () => import('./field/update.js').then((file) => file.fieldUpdate),
  'field remove': () => import('./field/remove.js').then((file) => file.fieldRemove),
  'webhook add': () => import('./webhook/add.js').then((file) => file.webhookAdd),
  'webhook list': () => import('./webhook/list.js').then((file) => file.webhookList),
  'webhook update': () => import('./webhook/update.js').then((file) => file.webhookUpdate),
  'webhook remove': () => import('./webhook/remove.js').then((file) => file.webhookRemove),
  'webhook test': () => import('./webhook/test.js').then((file) => file.webhookTest),
  'webhook fire': () => import('./webhook/fire.js').then((file) => file.webhookFire),
  'webhook deliveries': () =>
    import('./webhook/deliveries.js').then((file) => file.webhookDeliveries),
  'webhook deliver': () => import('./webhook/deliver.js').then((file) => file.webhookDeliver),
  'webhook retry': () => import('./webhook/retry.js').then((file) => file.webhookRetry),
  'webhook verify': () => import('./webhook/verify.js').then((file) => file.webhookVerify),
  'image process': () => import('./image/process.js').then((file) => file.imageProcess),
  'image status': () => import('./image/status.js').then((file) => file.imageStatus),
  'image dead': () => import('./image/dead.js').then((file) => file.imageDead),
  'image prune': () => import('./image/prune.js').then((file) => file.imagePrune),
  'image retry': () => import('./image/retry.js').then((file) => file.imageRetry),
  'db info': () => import('./db/info.js').then((file) => file.dbInfo),
  'db migrate': () => import('./db/migrate.js').then((file) => file.dbMigrate),
  'db start': () => import('./db/start.js').then((file) => file.dbStart),
  'db stop': () => import('./db/start.js').then((file) => file.dbStop),
  'db distribute': () => import('./db/distribute.js').then((file) => file.dbDistribute),
  'db grant': () => import('./db/grant.js').then((file) => file.dbGrant),
  schema: () => import('./schema.js').then((file) => file.schema(importCommands)),
  complete: () => import('./complete.js').then((file) => file.complete),
  help: () => import('./help.js').then((file) => file.help),
};

export const commandNames = Object.keys(modules);

export function importCommand(name: string): Promise<Command> {
  return modules[name]!();
}

/** All of them, for help, completion and the configuration file. */
export function importCommands(): Promise<Command[]> {
  return Promise.all(commandNames.map(importCommand));
}

export const groups: CommandGroup[] = [
  {
    name: 'product',
    summary: 'look at products, and change one or many',
  },
  { name: 'owner', summary: 'whose products there are' },
  { name: 'field', summary: 'fields of your own: typed, checked, filtered by' },
  { name: 'webhook', summary: 'tell other systems what happened' },
  { name: 'image', summary: 'fetch, compress and store the images of products' },
  { name: 'db', summary: 'the database that holds the catalogue' },
];

/** What `prodimport --help` shows; a group stands for its commands. */
export const frontPage: FrontPage = {
  sections: {
    'Import a file:': ['load', 'inspect', 'template'],
    'What became of it:': ['status', 'report', 'changes', 'undo'],
    'The catalogue:': ['product', 'owner', 'field', 'purge'],
    'Beside the import:': ['webhook', 'image'],
    'Set up:': ['db', 'schema', 'complete', 'help'],
  },
  examples: [
    'prodimport load products.csv',
    'prodimport load products.csv --dry-run',
    'prodimport report last --json | jq .failedRows',
    'prodimport product list --search chair',
    'prodimport load --help',
  ],
  epilogue:
    `${topicList()}\n\n` +
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
