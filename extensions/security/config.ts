import { defineSettings, Type } from 'backplane';

const config = defineSettings(
  Type.Object({
    headers: Type.Boolean({ default: true, description: 'Send the security headers of helmet.' }),
    contentSecurityPolicy: Type.Optional(
      Type.String({
        description: 'Content-Security-Policy to send instead of the usual one; "off" sends none.',
      }),
    ),
    hstsMaxAge: Type.Integer({
      default: 365 * 24 * 60 * 60,
      minimum: 0,
      unit: 's',
      description:
        'How long browsers shall come back by HTTPS only; 0 leaves it to them. Sent in production only.',
    }),
    allowedHosts: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description:
        'Host names that requests may be for: "api.example.org", or "*.example.org" for all below it. Any when unset.',
    }),
    hostExemptPaths: Type.Array(Type.String({ pattern: '^/' }), {
      default: [],
      description:
        "Beginnings of paths that answer under any host; the kernel's own, which probes call by IP address, always do.",
    }),
    corsOrigins: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description:
        'Origins whose pages may read answers: "https://app.example.org", "https://*.example.org" or "*". None when unset.',
    }),
    corsCredentials: Type.Boolean({
      default: false,
      description: 'May those pages send cookies and other credentials?',
    }),
    corsExposedHeaders: Type.Array(Type.String(), {
      default: ['etag', 'idempotency-replayed', 'link', 'location', 'retry-after', 'x-request-id'],
      description: 'Response headers that those pages may read besides the usual ones.',
    }),
    corsMaxAge: Type.Integer({
      default: 600,
      minimum: 0,
      unit: 's',
      description: 'How long a browser may remember what it was allowed.',
    }),
    compression: Type.Boolean({
      default: true,
      description: 'Compress answers for clients that accept it. Switch it off where a proxy does it.',
    }),
    compressionThreshold: Type.Integer({
      default: 1024,
      minimum: 0,
      unit: 'bytes',
      description: 'Smaller answers are not worth it.',
    }),
  }),
);

export default config;
