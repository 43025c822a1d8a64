import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const binary = fileURLToPath(new URL('../../bin/prodimport.js', import.meta.url));
const jqStandIn = new URL('jq.mjs', import.meta.url);

/** How a script ended, and what it printed. */
export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/**
 * A folder where the README's lines are typed: `prodimport` is on the PATH, and beside it stand-ins
 * for what is not on every machine. Each notes how it was called.
 */
export class Workplace {
  readonly folder = mkdtempSync(join(tmpdir(), 'prodimport-readme-'));
  private readonly bin = join(this.folder, '.bin');

  constructor(private readonly env: Record<string, string>) {
    // As root, the embedded server runs as another user, who has to get through.
    chmodSync(this.folder, 0o755);
    const call = `"${process.execPath}" "${binary}" "$@"`;
    this.command('prodimport', `${call}; code=$?; echo "$code $*" >> "$LOG"; exit $code`);
    this.command('npx', `shift; exec prodimport "$@"`);
    this.command('npm', `echo "npm $*" >> "$LOG"`);
  }

  /** Puts an executable on the PATH. `$LOG` is where it may note how it was called. */
  command(name: string, script: string): void {
    this.write(`.bin/${name}`, `#!/bin/sh\n${script}\n`);
    chmodSync(join(this.bin, name), 0o755);
  }

  /** Puts a jq on the PATH that only knows what the README asks of it. */
  standInForJq(): void {
    this.command('jq', `exec "${process.execPath}" "${fileURLToPath(jqStandIn)}" "$@"`);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  has(name: string): boolean {
    return existsSync(this.path(name));
  }

  write(name: string, content: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), content);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  /** Runs a script of the shell that cron and make use, to its end. */
  async run(script: string, env: Record<string, string> = {}): Promise<Ran> {
    const child = spawn('sh', ['-c', script], {
      cwd: this.folder,
      env: {
        HOME: this.folder,
        PATH: [this.bin, process.env.PATH].join(delimiter),
        LOG: this.path('.log'),
        ...this.env,
        ...env,
      },
    });
    child.stdin.end();
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<[number | null]>,
    ]);
    return { code, stdout, stderr };
  }

  /** How `prodimport` was called since the last look: `3 load x.csv`, its exit code first. */
  calls(): string[] {
    const lines = this.has('.log') ? this.read('.log').trimEnd().split('\n') : [];
    rmSync(this.path('.log'), { force: true });
    return lines;
  }

  remove(): void {
    // A server that was slow to stop may still be clearing up there.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 20 });
  }
}
