// Loaded before the binary by `node --import`: what it does every ten seconds, such as looking
// whether a connection has gone silent, it does every 200 milliseconds.
const { setInterval } = globalThis;
globalThis.setInterval = (work, ms, ...given) => setInterval(work, ms / 50, ...given);
