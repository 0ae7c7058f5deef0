import { defineExtension, defineHeaders, defineMiddleware, middleware } from 'backplane';
import { allowHosts } from './allowed-hosts.ts';
import { compress } from './compress.ts';
import type config from './config.ts';
import { constantHeaders } from './constant-headers.ts';
import { crossOrigin } from './cross-origin.ts';

export default defineExtension<typeof config>({
  register({ settings, container, contribute }) {
    const { nodeEnv } = container.services.kernel.settings;
    const incoming = (priority: number, handle: Parameters<typeof defineMiddleware>[0]['handle']): void =>
      contribute(middleware, defineMiddleware({ phase: 'incoming', priority, handle }));

    if (settings.headers) {
      const { contentSecurityPolicy, hstsMaxAge } = settings;
      const production = nodeEnv === 'production';
      const headers = constantHeaders({ production, contentSecurityPolicy, hstsMaxAge });
      contribute(middleware, defineHeaders(headers));
    }
    if (settings.allowedHosts.length > 0) {
      const own = nodeEnv === 'development' ? ['localhost', '*.localhost', '127.0.0.1', '[::1]'] : [];
      incoming(990, allowHosts([...settings.allowedHosts, ...own], settings.hostExemptPaths));
    }
    if (settings.corsOrigins.length > 0) {
      incoming(
        980,
        crossOrigin({
          origins: settings.corsOrigins,
          credentials: settings.corsCredentials,
          exposedHeaders: settings.corsExposedHeaders,
          maxAge: settings.corsMaxAge,
        }),
      );
    }
    if (settings.compression) incoming(970, compress(settings.compressionThreshold));
  },
});
