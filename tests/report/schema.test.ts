import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { reportSchema } from '../../src/load/job.js';
import { report } from './example.js';

describe('the report document', () => {
  it('accepts the result of a completed load', () => {
    expect(reportSchema(z).parse(report())).toEqual(report());
  });

  it('accepts a dry run, which has no job', () => {
    expect(reportSchema(z).safeParse(report({ jobId: null, dryRun: true })).success).toBe(true);
  });

  it('accepts a running job without products and without an end', () => {
    const running = report({ status: 'running', products: null, finishedAt: null });
    expect(reportSchema(z).safeParse(running).success).toBe(true);
  });

  it('refuses a status, a reject code and a count that do not exist', () => {
    const wrong = [
      { ...report(), status: 'done' },
      { ...report(), failedRows: [{ ...report().failedRows[0], code: 'bad' }] },
      { ...report(), successfulRows: -1 },
    ];
    expect(wrong.map((document) => reportSchema(z).safeParse(document).success)).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('is given as JSON Schema, every key required', () => {
    const schema = z.toJSONSchema(reportSchema(z));
    expect(schema.required).toEqual(Object.keys(report()));
  });
});
