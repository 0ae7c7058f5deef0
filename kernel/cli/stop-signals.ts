/**
 * Listens to SIGTERM and SIGINT (Ctrl+C): the first asks to end, the second ends at once.
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
  process.on('SIGTERM', listen).on('SIGINT', listen);
  return {
    [Symbol.dispose]: () => {
      process.off('SIGTERM', listen).off('SIGINT', listen);
    },
  };
}
