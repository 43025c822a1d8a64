import { readFileSync, writeFileSync } from 'node:fs';
import { shrinkwrapOf, type LockFile } from './shrinkwrap.js';

/**
 * Before `npm pack` builds: the lock file as the package carries it. Overrides hold in a clone only,
 * and the versions that were tested are the ones that users shall get.
 */
const root = new URL('../../', import.meta.url);
const lock = JSON.parse(readFileSync(new URL('package-lock.json', root), 'utf8')) as LockFile;
const shrinkwrap = `${JSON.stringify(shrinkwrapOf(lock), null, 2)}\n`;
writeFileSync(new URL('npm-shrinkwrap.json', root), shrinkwrap);
