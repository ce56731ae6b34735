/** What a program is started with beside its own settings. With what others have compiled it starts in half the time. */
export const programEnvironment = {
  PATH: process.env['PATH']!,
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
};
