import type { DatabaseHealth } from '../data/index.ts';
import type { ExtensionHost } from '../extension/index.ts';
import { type Route, reply, route } from '../http/index.ts';
import { Type } from '../schema/index.ts';

const ReadyView = Type.Object({
  status: Type.Enum(['ready', 'starting', 'draining', 'unavailable']),
  extensions: Type.Record(
    Type.String(),
    Type.Object({
      state: Type.String(),
      generation: Type.Integer(),
      healthy: Type.Boolean(),
    }),
  ),
  /** Those in use. What is behind them is for administrators. */
  databases: Type.Record(Type.String(), Type.Object({ healthy: Type.Boolean(), latency: Type.Number() })),
});

/**
 * `GET /health/live` and `GET /health/ready`, open to everyone: an orchestrator has no key.
 *
 * Not ready is also who has used the default database and does not reach it now: almost every request needs it. That another
 * is not reached is shown, and no reason to send no traffic.
 *
 * @param status where the kernel stands; only `ready` answers 200
 * @param databases those that are open
 */
export function healthRoutes(
  host: ExtensionHost,
  status: () => 'ready' | 'starting' | 'draining',
  databases: () => Promise<readonly DatabaseHealth[]>,
): readonly Route[] {
  return [
    route.get(
      '/health/live',
      {
        root: true,
        tags: ['kernel'],
        summary: 'Does the process answer?',
        response: { 200: Type.Object({ status: Type.Literal('live') }) },
      },
      () => ({ status: 'live' }),
    ),
    route.get(
      '/health/ready',
      {
        root: true,
        tags: ['kernel'],
        summary: 'May traffic be sent here? With the state of each extension',
        response: { 200: ReadyView, 503: ReadyView },
      },
      async () => {
        const now = status();
        const [unhealthy, open] = await Promise.all([host.checkHealth(), databases()]);
        const extensions = Object.fromEntries(
          // Reasons may name files and settings: they are for administrators, in `GET /kernel/extensions`.
          host
            .list()
            .map(({ name, state, generation }) => [
              name,
              { state, generation, healthy: state === 'active' && !unhealthy.has(name) },
            ]),
        );
        const isCut = open.some(({ name, ok }) => name === 'default' && !ok);
        const answer = now === 'ready' && isCut ? 'unavailable' : now;
        return reply(answer === 'ready' ? 200 : 503, {
          status: answer,
          extensions,
          databases: Object.fromEntries(
            open.map(({ name, ok, latency }) => [
              name,
              { healthy: ok, latency: Math.round(latency * 10) / 10 },
            ]),
          ),
        });
      },
    ),
  ];
}
