import { expect } from 'chai';
import { route } from '../../kernel/http/index.ts';
import { serve } from './serving.ts';

describe("Express's API on a declared route", () => {
  it('is on the request', async () => {
    const seen = route.get('/seen/:id', {}, ({ req }) => ({
      agent: req.get('User-Agent'),
      ip: req.ip,
      path: req.path,
      query: req.query,
      params: req.params,
      protocol: req.protocol,
      hostname: req.hostname,
      original: req.originalUrl,
      base: req.baseUrl,
      json: req.accepts('json'),
      xhr: req.xhr,
      app: typeof req.app.get('trust proxy fn'),
      sameResponse: req.res === req.context.response,
    }));
    const { server } = serve([{ name: 'blog', values: [seen] }]);
    const headers = { 'user-agent': 'test', host: 'example.org:1', accept: 'application/json' };
    const { json } = await server.inject('GET', '/blog/seen/1?a=b', { headers });
    expect(json()).to.deep.equal({
      agent: 'test',
      ip: '127.0.0.1',
      path: '/blog/seen/1',
      query: { a: 'b' },
      params: { id: '1' },
      protocol: 'http',
      hostname: 'example.org',
      original: '/blog/seen/1?a=b',
      base: '',
      json: 'json',
      xhr: false,
      app: 'function',
      sameResponse: true,
    });
  });

  it('is on the response', async () => {
    const sent = route.get('/sent', {}, ({ res }) => {
      res.locals.title = 'T';
      return res.status(201).set('x-extra', '1').cookie('a', 'b').json({ title: res.locals.title });
    });
    const { server } = serve([{ name: 'blog', values: [sent] }]);
    const { status, headers, json } = await server.inject('GET', '/blog/sent');
    expect([status, headers['x-extra'], json()]).to.deep.equal([201, '1', { title: 'T' }]);
    expect(headers['set-cookie']).to.deep.equal(['a=b; Path=/']);
    expect(headers['x-request-id']).to.be.a('string');
    expect(headers).not.to.have.property('x-powered-by');
  });

  it('counts forwarded headers only when the proxy is trusted', async () => {
    const ip = route.get('/ip', {}, ({ req }) => req.ip);
    const headers = { 'x-forwarded-for': '10.1.1.1' };
    const plain = serve([{ name: 'blog', values: [ip] }]);
    expect((await plain.server.inject('GET', '/blog/ip', { headers })).body).to.equal('127.0.0.1');
    const trusting = serve([{ name: 'blog', values: [ip] }], { trustProxy: 'loopback' });
    expect((await trusting.server.inject('GET', '/blog/ip', { headers })).body).to.equal('10.1.1.1');
  });
});
