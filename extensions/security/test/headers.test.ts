import { testKernel } from 'backplane/testing';
import { expect } from 'chai';
import { app } from './app.ts';

const from = import.meta.url;

describe('Security headers', () => {
  it('are on every answer: of declared routes, Express routers, problems and unknown paths', async () => {
    using extension = app();
    await using kernel = await testKernel({ from, extensions: ['..', extension] });
    for (const path of ['/app/small', '/app/express/small', '/app/fails', '/nowhere', '/app/not-modified']) {
      const { headers } = await kernel.inject('GET', path);
      expect(headers, path).to.include({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'SAMEORIGIN',
        'referrer-policy': 'no-referrer',
      });
      expect(headers['content-security-policy'], path).to.include("script-src 'self'");
      expect(headers, path).not.to.have.property('x-powered-by');
    }
  });

  it('give way to what a route says itself, without appearing twice', async () => {
    using extension = app();
    await using kernel = await testKernel({ from, extensions: ['..', extension] });
    expect((await kernel.inject('GET', '/app/own')).headers['x-frame-options']).to.equal('DENY');
  });

  it('ask browsers for HTTPS in production only', async () => {
    await using development = await testKernel({
      from,
      extensions: ['..'],
      env: { NODE_ENV: 'development' },
    });
    await using production = await testKernel({
      from,
      extensions: ['..'],
      env: { NODE_ENV: 'production', SECURITY_HSTS_MAX_AGE: '60' },
    });
    const { headers: relaxed } = await development.inject('GET', '/health/live');
    expect(relaxed).not.to.have.property('strict-transport-security');
    expect(relaxed['content-security-policy']).not.to.include('upgrade-insecure-requests');
    const { headers: strict } = await production.inject('GET', '/health/live');
    expect(strict['strict-transport-security']).to.match(/^max-age=60;/);
    expect(strict['content-security-policy']).to.include('upgrade-insecure-requests');
  });

  it('take another content security policy, or none', async () => {
    const env = { SECURITY_CONTENT_SECURITY_POLICY: "default-src 'none'" };
    await using other = await testKernel({ from, extensions: ['..'], env });
    await using off = await testKernel({
      from,
      extensions: ['..'],
      env: { SECURITY_CONTENT_SECURITY_POLICY: 'off' },
    });
    expect((await other.inject('GET', '/health/live')).headers['content-security-policy']).to.equal(
      "default-src 'none'",
    );
    expect((await off.inject('GET', '/health/live')).headers).not.to.have.property('content-security-policy');
  });

  it('can be switched off, and go with the extension', async () => {
    await using without = await testKernel({ from, extensions: ['..'], env: { SECURITY_HEADERS: 'false' } });
    expect((await without.inject('GET', '/health/live')).headers).not.to.have.property('x-frame-options');

    await using kernel = await testKernel({ from, extensions: ['..'] });
    const isProtected = async (): Promise<boolean> =>
      'x-frame-options' in (await kernel.inject('GET', '/health/live')).headers;
    expect(await isProtected()).to.equal(true);
    await kernel.extensions.disable('security');
    expect(await isProtected()).to.equal(false);
    await kernel.extensions.enable('security');
    await kernel.extensions.reload('security');
    expect(await isProtected()).to.equal(true);
  });
});
