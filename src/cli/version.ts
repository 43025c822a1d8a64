import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../../', import.meta.url);

interface Manifest {
  version: string;
  /** As npm takes it. */
  bugs?: string | { url?: string; email?: string };
}

function manifest(): Manifest {
  return JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as Manifest;
}

/** Such as `1.2.3`. */
export function version(): string {
  return manifest().version;
}

/** Where faults are reported: the place that the package names, else how to find one. */
export function faultAddress({ bugs }: Pick<Manifest, 'bugs'> = manifest()): string {
  const { url, email } = typeof bugs === 'string' ? { url: bugs } : (bugs ?? {});
  if (url) return `at ${url}`;
  return `to ${email || 'where this copy comes from'}`;
}

/** The same, and what else helps. */
export function faultPlace(): string {
  const readme = fileURLToPath(new URL('README.md', root));
  return `${faultAddress()} ("Reporting a fault" in ${readme} says what else helps)`;
}

/** Version, commit, and what it runs on, for `--version --verbose` and reports of faults. */
export async function versionFacts(): Promise<string> {
  const at = await commit();
  return [
    `prodimport ${version()}${at ? ` (${at})` : ''}`,
    `Node.js ${process.versions.node}, ${process.platform} ${process.arch}`,
    `PostgreSQL ${await embeddedVersion()}`,
  ].join('\n');
}

/** Of the clone this runs in, else the one that was noted when the package was made. */
async function commit(): Promise<string | null> {
  const noted = new URL('dist/commit', root);
  if (!existsSync(new URL('.git', root))) {
    return existsSync(noted) ? readFileSync(noted, 'utf8').trim() : null;
  }
  const { spawnSync } = await import('node:child_process');
  const git = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' });
  return git.status === 0 ? git.stdout.trim() : null;
}

async function embeddedVersion(): Promise<string> {
  const { installedVersion } = await import('../db/embedded/binaries.js');
  const installed = installedVersion();
  if (installed === null) return 'not embedded on this machine';
  // The package counts its own builds after the version of PostgreSQL: 18.4.0-beta.17.
  return `${installed.replace(/\.0-beta\.\d+$/, '')} (embedded)`;
}
