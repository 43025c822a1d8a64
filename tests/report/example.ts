import type { Report } from '../../src/load/job.js';

/** A completed load with ten rejects, or what `changes` make of it. */
export function report(changes: Partial<Report> = {}): Report {
  return {
    schemaVersion: 1,
    jobId: '12',
    status: 'completed_with_rejects',
    dryRun: false,
    source: {
      name: 'products.csv',
      url: null,
      format: 'csv',
      bytes: 70_112_354,
      sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      encoding: 'utf-8',
      delimiter: ',',
      quote: '"',
      escape: '"',
      sheet: null,
      member: null,
      profile: null,
    },
    rows: { read: 500_000, rejected: 10, duplicates: 35_051 },
    products: { inserted: 400_000, updated: 900, unchanged: 64_039, skipped: 0, deleted: 0 },
    missing: { deactivated: 0, deleted: 0 },
    pricesRounded: 0,
    successfulRows: 499_990,
    failedRows: [
      ...[4, 9, 12, 15, 18, 21, 24, 27].map((rowNumber) => ({
        rowNumber,
        line: rowNumber + 1,
        column: 'name',
        value: '',
        code: 'required' as const,
        error: 'Missing required field: name',
      })),
      {
        rowNumber: 30,
        line: 31,
        column: 'price',
        value: '1.234',
        code: 'price_ambiguous',
        error: '1.234 may mean 1234 or 1.234; say which with --decimal',
      },
      {
        rowNumber: 31,
        line: 32,
        column: 'price',
        value: 'n/a',
        code: 'price_invalid',
        error: 'n/a is not a price',
      },
    ],
    failedRowsTruncated: false,
    rejectsFile: null,
    outcomesFile: null,
    error: null,
    notes: [],
    startedAt: '2026-03-01T08:00:00.000Z',
    finishedAt: '2026-03-01T08:00:03.456Z',
    durationMs: 3456,
    phases: {
      readMs: 1500,
      mergeMs: 1900,
      comparingMs: 1200,
      writingMs: 700,
      indexingMs: null,
      committingMs: 12,
      way: 'merge',
    },
    rowsPerSecond: 144_000,
    peakMemoryBytes: 150_000_000,
    by: 'ops@shop-1',
    databaseRole: 'loader',
    version: '1.2.3',
    options: { action: 'upsert' },
    ...changes,
  };
}

/** The same load, with nothing to complain about. */
export function cleanReport(changes: Partial<Report> = {}): Report {
  return report({
    status: 'completed',
    rows: { read: 500_000, rejected: 0, duplicates: 35_061 },
    successfulRows: 500_000,
    failedRows: [],
    ...changes,
  });
}
