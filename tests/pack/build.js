import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { manPage } from './man-page.js';

/**
 * `npm run build`: compiles src, makes the man page, and puts both into dist file by file. A command
 * that runs from there meanwhile finds each of its modules at any moment, the old or the new one.
 */
const root = fileURLToPath(new URL('../../', import.meta.url));
const dist = join(root, 'dist');
// Beside dist, so that what is compiled finds package.json and sql from there, too.
const fresh = `${dist}.${process.pid}`;
try {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const compile = [compiler, '-p', 'tsconfig.build.json', '--outDir', fresh];
  execFileSync(process.execPath, compile, { cwd: root, stdio: 'inherit' });
  const licence = 'db/embedded/LICENSE.postgresql';
  copyFileSync(join(root, 'src', licence), join(fresh, licence));
  writeFileSync(join(fresh, 'prodimport.1'), await manPage(fresh));
  noteCommit();
  replace(fresh, dist);
} catch (error) {
  // The compiler has said what is wrong.
  if (error.status === undefined) throw error;
  process.exitCode = 1;
} finally {
  rmSync(fresh, { recursive: true, force: true });
}

/** For `--version --verbose` of the package; without history the version has to do. */
function noteCommit() {
  if (!existsSync(join(root, '.git'))) return;
  try {
    const git = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
    const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], git);
    writeFileSync(join(fresh, 'commit'), commit);
  } catch {
    // No git, or no commit yet.
  }
}

/** Moves each file of one folder over that of the other, then removes what is no more. */
function replace(from, to) {
  const files = filesIn(from);
  for (const file of files) {
    mkdirSync(dirname(join(to, file)), { recursive: true });
    renameSync(join(from, file), join(to, file));
  }
  const kept = new Set(files);
  for (const file of filesIn(to)) if (!kept.has(file)) rmSync(join(to, file), { force: true });
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}
