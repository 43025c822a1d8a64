import type { Command, CommandGroup } from '../command.js';
import { dbInfo } from './db/info.js';
import { dbMigrate } from './db/migrate.js';
import { dbStart } from './db/start.js';
import { dbStop } from './db/stop.js';
import { imageDead } from './image/dead.js';
import { imageProcess } from './image/process.js';
import { imageRetry } from './image/retry.js';
import { imageStatus } from './image/status.js';
import { load } from './load.js';
import { purge } from './purge.js';
import { report } from './report.js';
import { status } from './status.js';

/** Every command, in the order in which `--help` lists them. */
export const commands: Command[] = [
  load,
  status,
  report,
  purge,
  imageProcess,
  imageStatus,
  imageDead,
  imageRetry,
  dbInfo,
  dbMigrate,
  dbStart,
  dbStop,
];

export const groups: CommandGroup[] = [
  { name: 'image', summary: 'images, away from the import: process, status, dead, retry' },
  { name: 'db', summary: 'the database behind it: info, migrate, start, stop' },
];

/** What `prodimport` alone shows: what somebody who has never used it needs first. */
export const welcome = `prodimport imports product catalogues (CSV, XLSX) into PostgreSQL.

  prodimport load products.csv     import a file; a repeated SKU overwrites
  prodimport report last           what became of each row
  prodimport --help                all commands

No database named? An embedded PostgreSQL is started and stopped for you.
`;
