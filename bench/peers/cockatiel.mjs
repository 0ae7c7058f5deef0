import {
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleAll,
  retry,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';

/** A function under cockatiel's retry, breaker and timeout, with the figures of the pool. */
export function protect(work) {
  const policy = wrap(
    retry(handleAll, { maxAttempts: 2, backoff: new ExponentialBackoff() }),
    circuitBreaker(handleAll, { halfOpenAfter: 5_000, breaker: new ConsecutiveBreaker(5) }),
    timeout(8_000, TimeoutStrategy.Aggressive),
  );
  return (input) => policy.execute(({ signal }) => work(input, signal));
}
