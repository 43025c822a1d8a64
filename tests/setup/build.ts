import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../../', import.meta.url);

/** Builds for the tests that run the binary, where dist is not there or older. */
export function buildIfOlder(): void {
  const built = new URL('dist/main.js', root);
  const sources = ['src/', 'tests/pack/'].map((folder) => newestChange(new URL(folder, root)));
  if (existsSync(built) && statSync(built).mtimeMs > Math.max(...sources)) return;
  execFileSync(process.execPath, ['tests/pack/build.js'], {
    cwd: fileURLToPath(root),
    stdio: 'inherit',
  });
}

/** Folders count as well: a file that is gone shows in theirs. */
function newestChange(folder: URL): number {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const times = paths.map((path) => statSync(new URL(path, folder)).mtimeMs);
  return Math.max(statSync(folder).mtimeMs, ...times);
}
