import fc from 'fast-check';
import { inject } from 'vitest';

/**
 * Property tests import fast-check from here. `npm test` tries the same cases every time, so that
 * it fails for a change and not by chance; the faults series draws new ones each time.
 */
if (!inject('thorough')) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 20_260_101 });

export default fc;
