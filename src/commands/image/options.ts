import { join } from 'node:path';
import type { Context } from '../../cli/context.js';
import type { Store } from '../../image/store/store.js';
import type { OptionSpec, OptionsOf } from '../../option.js';

const storing = { group: 'Store:' } as const;

/** Where compressed images are. */
export const storeOptions = [
  {
    ...storing,
    flags: '--to <place>',
    config: 'output',
    description: 'a folder, or s3://bucket/prefix (default: images in the data folder)',
  },
  {
    ...storing,
    flags: '--endpoint-url <url>',
    description: 'of an S3-compatible store (AWS_ENDPOINT_URL_S3)',
  },
  {
    ...storing,
    flags: '--path-style',
    description: 'endpoint/bucket/key instead of bucket.endpoint/key (PRODIMPORT_S3_PATH_STYLE)',
  },
] as const satisfies OptionSpec[];

/**
 * The store that is named, or `images` beside the embedded server's data, whichever database is
 * used.
 */
export async function storeOf(
  { environment: { exported } }: Context,
  options: OptionsOf<typeof storeOptions>,
): Promise<Store> {
  const { openStore } = await import('../../image/tools.js');
  const { embeddedFolders } = await import('../../db/embedded/folders.js');
  const { to = join(embeddedFolders(exported).home, 'images'), endpointUrl } = options;
  const { PRODIMPORT_S3_PATH_STYLE: said = '' } = exported;
  const isSet = /^(1|true|yes)$/i.test(said);
  return openStore(to, { endpointUrl, pathStyle: options.pathStyle ?? isSet });
}
