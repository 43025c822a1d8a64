import type { Context } from '../../cli/context.js';
import type { Workshop } from '../../image/attempt.js';
import type { ProcessOptions } from '../../image/process.js';

/** What a worker tells while it works. */
export type Told = Pick<Workshop, 'onStep' | 'onFault'> & Pick<ProcessOptions, 'onProgress'>;

const done = { download: 'downloaded', compress: 'compressed', store: 'stored' };

/** Progress for people; a line for each step, with its duration, for whoever collects logs. */
export async function watchWork(context: Context): Promise<Told> {
  const progress = await context.progress();
  const nothing = { noun: 'image', total: 0, rejected: 'dead' };
  progress.update({ bytesRead: 0, bytesTotal: null, rows: 0, rejected: 0, counted: nothing });
  progress.phase('reading');
  return {
    onStep: ({ step, ...fields }) => context.log('info', `Image ${done[step]}`, fields),
    // Not a line each for people: one broken host may have thousands; `image dead` lists them.
    onFault: (fields) => context.log('info', 'Image failed', fields),
    onProgress: ({ totals, settled, left }) => {
      const counted = { ...nothing, total: settled + left };
      const { bytesIn: bytesRead, dead: rejected } = totals;
      progress.update({ bytesRead, bytesTotal: null, rows: settled, rejected, counted });
    },
  };
}
