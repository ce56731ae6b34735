/** Puts the clock of the process that imports it wrong: `--import 'file:…/wrong-clock.mjs?<days>'`. */
const offMs = Number(new URL(import.meta.url).search.slice(1)) * 86_400_000;
const { now } = Date;
Date.now = () => now() + offMs;
