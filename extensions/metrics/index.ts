import { defineExtension, defineObserver, middleware, routes } from 'backplane';
import { Registry } from 'prom-client';
import type config from './config.ts';
import { addEventLoopMetrics } from './event-loop.ts';
import { addKernelMetrics } from './kernel-metrics.ts';
import { metricsRoute } from './metrics-route.ts';
import { addGarbageCollectionMetrics, addProcessMetrics } from './process-metrics.ts';
import { addProviderMetrics } from './provider-metrics.ts';
import { RequestDurations } from './request-durations.ts';

declare module 'backplane' {
  interface Services {
    /** The registry that `GET /metrics` writes out. */
    readonly metrics: Registry;
  }
}

export default defineExtension<typeof config>({
  register({ container, settings, contribute }) {
    const metrics = new Registry();
    const durations = new RequestDurations();
    metrics.registerMetric(durations);
    container.value('metrics', metrics);
    contribute(middleware, defineObserver({ finished: durations.finished }));

    const isProduction = container.services.kernel.settings.nodeEnv === 'production';
    if (settings.token !== undefined || settings.public || !isProduction) {
      contribute(routes, metricsRoute(settings.token));
    }
  },
  async boot({ effects, services: { kernel, metrics } }) {
    addKernelMetrics(metrics, kernel);
    addProviderMetrics(metrics, kernel);
    addProcessMetrics(metrics);
    await addEventLoopMetrics(metrics, effects);
    await addGarbageCollectionMetrics(metrics, effects);
  },
});
