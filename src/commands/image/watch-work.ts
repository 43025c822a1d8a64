import type { Context } from '../../context.js';
import type { Workshop } from '../../image/attempt.js';
import type { ProcessOptions } from '../../image/process.js';

/** What a worker tells: progress for people, a log line a step for programs. */
type Told = Pick<Workshop, 'onStep' | 'onFault'> & Pick<ProcessOptions, 'onProgress'>;

export async function watchWork(context: Context): Promise<Told> {
  const { countOf } = await import('../../terminal/figures.js');
  const progress = await context.progress();
  const isLogged = context.globals.logFormat === 'json' || context.globals.debug === true;
  const log = (msg: string) => {
    if (isLogged) context.note(msg);
  };
  progress.phase('reading', 'Fetching images');
  return {
    onStep: ({ step, image, url, durationMs, bytes }) =>
      log(`${step}: image ${image}, ${bytes} bytes in ${durationMs} ms, ${url}`),
    onFault: ({ image, url, error, waitMs }) =>
      log(
        `failed: image ${image}, ${error} ${waitMs === null ? 'Given up' : `Again in ${waitMs} ms`}, ${url}`,
      ),
    onProgress: ({ totals, settled, left }) => {
      void countOf;
      progress.update({
        bytesRead: totals.bytesIn,
        bytesTotal: null,
        rows: settled,
        rejected: totals.dead,
      });
      void left;
    },
  };
}
