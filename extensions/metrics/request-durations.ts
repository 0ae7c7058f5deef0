import type { FinishedRequest, Route } from 'backplane';
import { Histogram, type MetricObjectWithValues, type MetricValueWithName } from 'prom-client';

type Label = 'method' | 'route' | 'status' | 'extension';

/** One combination of labels. */
interface Series {
  readonly labels: Record<Label, string>;
  /** How many requests fell into each bucket and into none below it; the last is for those above all bounds. */
  readonly counts: number[];
  /** Milliseconds. */
  sum: number;
}

const name = 'http_request_duration_seconds';

const description = {
  name,
  help: 'How long requests took, from their first byte until the answer was sent.',
  labelNames: ['method', 'route', 'status', 'extension'] as const,
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  registers: [],
};

/** What a request without a declared route counts as; the paths that clients ask for are without number. */
const noRoute = '(none)';

/** Statuses under which a request is counted that the client did not wait for. */
const clientGone = 499;

/**
 * The duration of requests, as a histogram that costs next to nothing to observe: prom-client finds a series by a text
 * made of all labels each time, this one by the route object, and makes labels when it is read.
 */
export class RequestDurations extends Histogram<Label> {
  readonly #series = new Map<string, Series>();
  /** By route, then by status. A route that left takes its entry along; its series stays, as a counter must. */
  readonly #byRoute = new WeakMap<Route, Series[]>();
  readonly #bounds = description.buckets.map((seconds) => seconds * 1000);
  readonly #empty = new Histogram<Label>(description);
  readonly #limit: number;

  /** @param limit how many series there may be; further ones are counted together, as those of "(other)" */
  constructor(limit = 10_000) {
    super(description);
    this.#limit = limit;
  }

  /** Counts a finished request. */
  readonly finished = (request: FinishedRequest): void => {
    const { durationMs } = request;
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && durationMs > (bounds[bucket] ?? 0)) bucket += 1;
    const series = this.#seriesOf(request);
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
    series.sum += durationMs;
  };

  override async get(): Promise<MetricObjectWithValues<MetricValueWithName<Label>>> {
    return { ...(await this.#empty.get()), values: [...this.#series.values()].flatMap(valuesOf) };
  }

  /** The registry asks for this first when it writes text. */
  getForPromString(): ReturnType<this['get']> {
    return this.get() as ReturnType<this['get']>;
  }

  #seriesOf({ req, route, path, owner, status, aborted }: FinishedRequest): Series {
    const counted = aborted ? clientGone : status;
    // HEAD is answered by the route of GET.
    if (route === undefined || route.method !== req.method) {
      return this.#find(req.method, path ?? noRoute, counted, owner.name);
    }
    let byStatus = this.#byRoute.get(route);
    if (byStatus === undefined) {
      byStatus = [];
      this.#byRoute.set(route, byStatus);
    }
    const known = byStatus[counted];
    if (known !== undefined) return known;
    const found = this.#find(req.method, path ?? noRoute, counted, owner.name);
    byStatus[counted] = found;
    return found;
  }

  #find(method: string, route: string, status: number, extension: string): Series {
    const key = `${method} ${route} ${status} ${extension}`;
    const found = this.#series.get(key);
    if (found) return found;
    const isFull = this.#series.size >= this.#limit;
    if (isFull && extension !== '(other)') return this.#find('(other)', '(other)', 0, '(other)');
    const series: Series = {
      labels: { method, route, status: String(status), extension },
      counts: new Array<number>(this.#bounds.length + 1).fill(0),
      sum: 0,
    };
    this.#series.set(key, series);
    return series;
  }
}

function valuesOf({ labels, counts, sum }: Series): MetricValueWithName<Label>[] {
  let count = 0;
  const buckets = counts.map((of, index) => {
    count += of;
    const le = description.buckets[index] ?? '+Inf';
    // "le" is a label of histograms alone, which prom-client's type does not know.
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: count };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sum / 1000 },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
