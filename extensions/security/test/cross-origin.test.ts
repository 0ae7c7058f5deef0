import { testKernel } from 'backplane/testing';
import { expect } from 'chai';
import { crossOrigin } from '../cross-origin.ts';
import { app } from './app.ts';

const from = import.meta.url;
const preflight = (origin: string) => ({
  headers: { origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'x-thing' },
});

describe('CORS', () => {
  it('sends nothing while no origin is listed, and leaves OPTIONS to the routes', async () => {
    using extension = app();
    await using kernel = await testKernel({ from, extensions: ['..', extension] });
    const response = await kernel.inject('GET', '/app/small', { headers: { origin: 'https://a.example' } });
    expect(response.headers).not.to.have.property('access-control-allow-origin');
    const options = await kernel.inject('OPTIONS', '/app/small', preflight('https://a.example'));
    expect(options.headers).not.to.have.property('access-control-allow-methods');
    expect(options.headers.allow).to.include('GET');
  });

  it('lets listed origins read answers, also of Express routers and problems', async () => {
    using extension = app();
    const env = { SECURITY_CORS_ORIGINS: 'https://app.example.org,https://*.example.com' };
    await using kernel = await testKernel({ from, extensions: ['..', extension], env });
    for (const path of ['/app/small', '/app/express/small', '/app/fails', '/nowhere']) {
      for (const origin of ['https://app.example.org', 'https://a.b.example.com']) {
        const { headers } = await kernel.inject('GET', path, { headers: { origin } });
        expect(headers['access-control-allow-origin'], path).to.equal(origin);
        expect(headers.vary, path).to.include('Origin');
      }
    }
    for (const origin of ['https://evil.example', 'http://app.example.org', 'https://example.com', 'null']) {
      const { headers } = await kernel.inject('GET', '/app/small', { headers: { origin } });
      expect(headers, origin).not.to.have.property('access-control-allow-origin');
    }
    expect((await kernel.inject('GET', '/app/small')).headers.vary).to.include('Origin');
  });

  it('answers a preflight before any route is looked for', async () => {
    const env = { SECURITY_CORS_ORIGINS: 'https://app.example.org', SECURITY_CORS_CREDENTIALS: 'true' };
    await using kernel = await testKernel({ from, extensions: ['..'], env });
    const { status, headers } = await kernel.inject(
      'OPTIONS',
      '/not/there',
      preflight('https://app.example.org'),
    );
    expect(status).to.equal(204);
    expect(headers).to.include({
      'access-control-allow-origin': 'https://app.example.org',
      'access-control-allow-credentials': 'true',
      'access-control-allow-headers': 'x-thing',
      'access-control-max-age': '600',
      'x-frame-options': 'SAMEORIGIN',
    });
    expect(headers['access-control-allow-methods']).to.include('PUT');
    expect(headers).to.have.property('x-request-id');
  });

  it('passes on an OPTIONS request that is no preflight', async () => {
    using extension = app();
    const env = { SECURITY_CORS_ORIGINS: '*' };
    await using kernel = await testKernel({ from, extensions: ['..', extension], env });
    const { headers } = await kernel.inject('OPTIONS', '/app/small', {
      headers: { origin: 'https://a.example' },
    });
    expect(headers.allow).to.include('GET');
    expect(headers['access-control-allow-origin']).to.equal('*');
  });

  it('refuses settings that would open everything, or that mean nothing', () => {
    const options = { credentials: false, exposedHeaders: [], maxAge: 0 };
    expect(() => crossOrigin({ ...options, origins: ['*'], credentials: true })).to.throw(/every site/);
    for (const wrong of ['example.org', 'https://example.org/path', 'https://', 'https://*']) {
      expect(() => crossOrigin({ ...options, origins: [wrong] }), wrong).to.throw(/is no origin/);
    }
  });
});
