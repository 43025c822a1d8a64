import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { shrinkwrapOf, type LockFile } from './shrinkwrap.js';

/**
 * Before `npm pack` builds: an empty dist, so that nothing old is packed; the commit, for
 * `--version --verbose`; and the lock file as the package carries it. Overrides hold in a clone
 * only, and the versions that were tested are the ones that users shall get.
 */
const root = new URL('../../', import.meta.url);
const lock = JSON.parse(readFileSync(new URL('package-lock.json', root), 'utf8')) as LockFile;
const shrinkwrap = `${JSON.stringify(shrinkwrapOf(lock), null, 2)}\n`;
writeFileSync(new URL('npm-shrinkwrap.json', root), shrinkwrap);

rmSync(new URL('dist', root), { recursive: true, force: true });
mkdirSync(new URL('dist', root));
try {
  const git = { cwd: fileURLToPath(root), encoding: 'utf8' } as const;
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], git);
  writeFileSync(new URL('dist/commit', root), commit);
} catch {
  // Packed from a folder without history: the version has to do.
}
