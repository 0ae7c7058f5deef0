import { type Reply, type Route, type RouteContext, reply, route } from 'backplane';
import type { Headers } from './json.ts';

const varying = 'authorization, x-api-key';

/** What is answered depends on who asks: no cache may give it to anybody else. */
export function forCaller({ method, path, options, handler }: Route): Route {
  return route(method, path, options, async (context: RouteContext) => {
    try {
      const answer = await handler(context);
      if (!isReply(answer)) return answer;
      return reply(answer.status, answer.body, { ...answer.headers, ...headersFor(context) });
    } catch (error) {
      for (const [name, value] of Object.entries(headersFor(context))) context.res.setHeader(name, value);
      throw error;
    }
  });
}

/** Routes of entities answer with nothing else; what they are given to do may. */
function isReply(answer: unknown): answer is Reply {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    'status' in answer &&
    'body' in answer &&
    'headers' in answer
  );
}

/** Asked for when the answer is there: what has been said of it until then stands. */
function headersFor({ actor, res }: Pick<RouteContext, 'actor' | 'res'>): Headers {
  const before = res.getHeader('vary');
  const vary = before === undefined ? varying : `${before}, ${varying}`;
  return actor === undefined ? { vary } : { vary, 'cache-control': 'private, no-cache' };
}
