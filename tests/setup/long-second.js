// Loaded before a program (node --import): its second lasts a minute, so that what it allows itself
// a second for is not cut short by a busy machine.
const longer = 60;
const { performance, setTimeout, AbortSignal } = globalThis;

const now = performance.now.bind(performance);
performance.now = () => now() / longer;

globalThis.setTimeout = (work, ms, ...given) => setTimeout(work, ms * longer, ...given);

const timeout = AbortSignal.timeout.bind(AbortSignal);
AbortSignal.timeout = (ms) => timeout(ms * longer);
