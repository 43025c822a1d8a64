import type { Context } from '../cli/context.js';
import { RunError } from '../errors.js';

const error = {
  code: 'crashed',
  message: 'Its process ended without a word, so that nothing was committed.',
};

/**
 * Tells the endpoints of loads whose process died before it could: `import.failed`, once for each,
 * whoever comes first. A command that looks at jobs calls it; where it may not write, or the database
 * fails over it, the next one will do it.
 * @param deliver whether to attempt the deliveries at once
 * @returns how many of them died of it
 */
export async function tellCrashes(context: Context, deliver = true): Promise<number> {
  try {
    const session = await (await context.database()).main();
    const untold = await session.query<{ id: string }>('job/list_untold');
    const deliveries: string[] = [];
    for (const { id } of untold) deliveries.push(...(await tellCrash(context, id)));
    if (deliveries.length === 0) return 0;
    const { attemptQuickly } = await import('./webhook/options.js');
    return (await attemptQuickly(context, deliveries, { deliver })).dead;
  } catch (failure) {
    const { isDatabaseFailure } = await import('../db/failure.js');
    if (!(failure instanceof RunError) && !isDatabaseFailure(failure)) throw failure;
    context.debug(`No events were sent for crashed jobs: ${(failure as Error).message}`, {});
    return 0;
  }
}

async function tellCrash(context: Context, id: string): Promise<string[]> {
  const { getJob } = await import('../load/job.js');
  const { publishImport } = await import('../webhook/publish.js');
  const session = await (await context.database()).main();
  return session.transaction(async () => {
    const [taken] = await session.query<{ kind: string }>('job/tell_crash', [id]);
    if (taken?.kind !== 'load') return [];
    const { source, result } = await getJob(session, id);
    const { rows, missing } = result;
    const facts = { jobId: id, status: 'crashed', source, rows, products: null, missing, error };
    return publishImport(session, facts);
  });
}
