import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import quick from '../../vitest.config.js';
import { TableReporter } from './table-reporter.js';

const table = join(tmpdir(), `prodimport-faults-${process.pid}.ndjson`);

/** Every trial of every fault, and one table of them at the end. */
export default defineConfig({
  test: {
    ...quick.test,
    include: ['tests/faults/**/*.test.ts'],
    provide: { thorough: true, distributed: false },
    env: { FAULT_TABLE: table },
    reporters: ['default', new TableReporter(table)],
  },
});
