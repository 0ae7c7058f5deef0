const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * Listens to SIGTERM, SIGINT (Ctrl+C) and SIGHUP (the terminal is closed): the first asks to end, the second ends at once.
 *
 * @param onStop called with the first
 */
export function onStopSignal(onStop: (signal: NodeJS.Signals) => void): Disposable {
  let asked = false;
  const listen = (signal: NodeJS.Signals): void => {
    if (asked) process.exit(1);
    asked = true;
    onStop(signal);
  };
  for (const signal of signals) process.on(signal, listen);
  return {
    [Symbol.dispose]: () => {
      for (const signal of signals) process.off(signal, listen);
    },
  };
}
