import type { Context } from '../../cli/context.js';
import type { EmbeddedFolders } from '../../db/embedded/folders.js';
import { UsageError } from '../../errors.js';

/**
 * The folders of the embedded server, where that is what the user means.
 * @throws UsageError when a database of the user's own is named
 */
export async function embeddedTarget(context: Context): Promise<EmbeddedFolders> {
  const { embeddedFolders } = await import('../../db/embedded/folders.js');
  const target = await context.target();
  if (target.kind === 'embedded') return embeddedFolders(target.environment);
  throw new UsageError(
    `${target.from} names a server of your own; only the embedded one is started and stopped here. Leave that out, or start yours by its own means.`,
    'not_embedded',
  );
}
