import type { Command } from '../../cli/command.js';
import { age, waitMsOf, waitOptions, type OptionSpec } from '../../option.js';
import { prunedSchema, type Pruned } from '../../image/list.js';
import { storeOf, storeOptions } from './options.js';

const dayMs = 86_400_000;

const options = [
  // What is deleted is not for a file in some folder to say.
  ...storeOptions.map((spec) => ({ ...spec, config: undefined })),
  {
    flags: '--older-than <age>',
    description: 'what nothing has named for so long, such as 12h, 30d (default: 1d)',
    parse: age,
  },
  { flags: '--dry-run', description: 'say what would be deleted, and delete nothing' },
  { flags: '--yes', description: 'do not ask' },
  ...waitOptions(),
] as const satisfies OptionSpec[];

export const imagePrune: Command<Pruned, typeof options> = {
  name: 'image prune',
  needs: 'loader',
  lasts: true,
  summary: 'delete stored images that nothing names',
  description:
    'Deletes what this database has stored, and no product, no recorded change and no image that ' +
    'waits for its product has named for a day. The day begins when image process or image prune ' +
    'first sees it. Files without a record are listed and left. Asks first; --yes answers.',
  examples: [
    'prodimport image prune --dry-run',
    'prodimport image prune --older-than 30d --yes',
    'prodimport image prune --to s3://shop/images',
  ],
  options,
  document: { about: 'what was deleted of a store, and what was left', schema: prunedSchema },
  async run(context, input) {
    const { findPrunable, prune } = await import('../../image/prune.js');
    const { countOf, showBytes } = await import('../../terminal/figures.js');
    const { olderThan: ageMs = dayMs, dryRun = false, yes = false } = input.options;
    const { signal } = context;
    const session = await (await context.database()).main();
    const store = await storeOf(context, input.options);
    try {
      const found = await findPrunable(session, store, ageMs, signal);
      const { files, lost, ...pruned } = found;
      if (dryRun) return { ...pruned, dryRun, deleted: files.length };
      if (files.length > 0) {
        const what = `${countOf(files.length, 'file')} (${showBytes(found.bytes)})`;
        await context.confirm(`Delete ${what} that nothing names from ${store.label}?`, yes);
      }
      const waitMs = waitMsOf(input.options);
      const done = await prune(session, store, { files, lost }, { ageMs, waitMs, signal });
      return { ...pruned, dryRun, ...done };
    } finally {
      store.close();
    }
  },
  async render({ store, dryRun, deleted, bytes, waiting, unaccounted, unaccountedFiles }) {
    const { countOf, showBytes } = await import('../../terminal/figures.js');
    const verb = dryRun ? 'Would delete' : 'Deleted';
    const lines = [`${verb} ${countOf(deleted, 'file')} (${showBytes(bytes)}) from ${store}.`];
    if (waiting > 0) {
      lines.push(`${countOf(waiting, 'file')} not named any more, but not for long enough yet.`);
    }
    if (unaccounted > 0) lines.push(`${countOf(unaccounted, 'file')} left, not stored from here:`);
    for (const { key, why } of unaccountedFiles) lines.push(`  ${key}: ${why}`);
    if (unaccounted > unaccountedFiles.length) lines.push('  …');
    return lines.join('\n');
  },
};
