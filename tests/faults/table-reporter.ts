import { existsSync, readFileSync, rmSync } from 'node:fs';
import type { Reporter } from 'vitest/node';
import type { Series } from './table.js';

/** Prints all that the trials have noted as one table, when the last of them has ended. */
export class TableReporter implements Reporter {
  /** @param file where the trials note their lines */
  constructor(private readonly file: string) {}

  onTestRunEnd(): void {
    if (!existsSync(this.file)) return;
    const noted = readFileSync(this.file, 'utf8').trim().split('\n');
    rmSync(this.file);
    const lines = addUp(noted.map((line) => JSON.parse(line) as Series));
    process.stdout.write(`\n${tableOf(lines)}\n`);
    const violations = lines.flatMap((line) => line.violations.map((it) => `${line.fault}: ${it}`));
    for (const violation of violations) process.stdout.write(`${violation}\n`);
    if (violations.length > 0) process.exitCode = 1;
  }
}

function addUp(noted: Series[]): Series[] {
  const lines = new Map<string, Series>();
  for (const series of noted) {
    const line = lines.get(series.fault);
    if (!line) lines.set(series.fault, series);
    else {
      line.trials += series.trials;
      line.before = sum(line.before, series.before);
      line.after = sum(line.after, series.after);
      line.violations.push(...series.violations);
    }
  }
  return [...lines.values()];
}

function sum(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

function tableOf(lines: Series[]): string {
  const total = {
    fault: 'all',
    trials: lines.reduce((trials, line) => trials + line.trials, 0),
    before: null,
    after: null,
    violations: lines.flatMap((line) => line.violations),
  };
  const rows = [...lines, total].map(({ fault, trials, before, after, violations }) => {
    return [fault, ...[trials, before, after, violations.length].map(figure)];
  });
  const all = [['fault', 'trials', 'before', 'after', 'violations'], ...rows];
  const widths = all[0]!.map((_, at) => Math.max(...all.map((row) => row[at]!.length)));
  const text = (row: string[]) =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)));
  return all.map((row) => text(row).join('  ')).join('\n');
}

function figure(count: number | null): string {
  return count === null ? '–' : count.toLocaleString('en');
}
