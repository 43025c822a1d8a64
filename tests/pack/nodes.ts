import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchNode } from './fetch-node.js';

/**
 * `npm run test:nodes`: the core of the tests on the newest Node.js of each major version that is
 * supported. They come as packages into a temporary folder; nothing is installed beside it.
 * `npm run test:nodes -- 24 26 tests/cli` takes some of the versions, or other tests.
 */
const root = fileURLToPath(new URL('../../', import.meta.url));
const supported = ['20', '22', '24', '26'];
const system = process.platform.replace('win32', 'win');
const core = ['tests/load', 'tests/source', 'tests/cli/version', 'tests/db/embedded'];

interface Outcome {
  node: string;
  passed: number;
  failed: number;
  skipped: number;
  /** false, too, where a file could not be run at all */
  isWhole: boolean;
}

/** What vitest tells of a run. */
interface Told {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  success: boolean;
}

function main(words: string[]): void {
  const asked = words.filter((word) => supported.includes(word));
  const tests = words.filter((word) => !supported.includes(word));
  const folder = mkdtempSync(join(tmpdir(), 'prodimport-nodes-'));
  // Some tests run it as another user.
  chmodSync(folder, 0o755);
  try {
    const versions = asked.length > 0 ? asked : supported;
    const outcomes = versions.map((major) =>
      outcomeOn(
        fetchNode(system, process.arch, major, join(folder, major)),
        tests.length > 0 ? tests : core,
      ),
    );
    for (const { node, passed, failed, skipped } of outcomes) {
      const told = `${passed} passed, ${failed} failed, ${skipped} skipped`;
      process.stdout.write(`Node.js ${node}: ${told}\n`);
    }
    process.exitCode = outcomes.every(({ isWhole }) => isWhole) ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function outcomeOn(binary: string, tests: string[]): Outcome {
  const node = execFileSync(binary, ['--version'], { encoding: 'utf8' }).trim().slice(1);
  const file = join(dirname(binary), 'outcome.json');
  process.stdout.write(`Node.js ${node} …\n`);
  const vitest = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...tests];
  spawnSync(binary, [...vitest, '--reporter=dot', '--reporter=json', `--outputFile=${file}`], {
    cwd: root,
    stdio: 'inherit',
    // What the tests start by name is this version, too.
    env: { ...process.env, PATH: `${dirname(binary)}${delimiter}${process.env.PATH}` },
  });
  const told = JSON.parse(readFileSync(file, 'utf8')) as Told;
  return {
    node,
    passed: told.numPassedTests,
    failed: told.numFailedTests,
    skipped: told.numPendingTests,
    isWhole: told.success,
  };
}

main(process.argv.slice(2));
