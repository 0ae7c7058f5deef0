import { expect } from 'chai';
import { defineMiddleware, route } from '../../kernel/http/index.ts';
import { serve } from './serving.ts';

describe("A handler's context", () => {
  it('can be taken apart, and everything in it is there', async () => {
    const all = route.get('/all/:id', {}, (context) => {
      const {
        id,
        params,
        query,
        body,
        headers,
        files,
        actor,
        locale,
        log,
        signal,
        services,
        trace,
        req,
        res,
      } = context;
      log.info('seen');
      return {
        id: id.length > 0,
        params,
        query,
        body: body === undefined,
        agent: headers['user-agent'],
        files,
        actor: actor === undefined,
        locale,
        aborted: signal.aborted,
        services: typeof services,
        trace: trace === undefined,
        messages: req.res === res,
      };
    });
    const { server, lines } = serve([{ name: 'blog', values: [all] }]);
    const headers = { 'user-agent': 'test', 'accept-language': 'fr;q=0.5, de-CH' };
    expect((await server.inject('GET', '/blog/all/1?a=b', { headers })).json()).to.deep.equal({
      id: true,
      params: { id: '1' },
      query: { a: 'b' },
      body: true,
      agent: 'test',
      files: [],
      actor: true,
      locale: 'de-CH',
      aborted: false,
      services: 'object',
      trace: true,
      messages: true,
    });
    expect(lines).to.have.length(1);
    expect(lines[0]).to.include({ extension: 'blog', msg: 'seen' });
  });

  it('is where a middleware leaves what it found out', async () => {
    const values = [
      defineMiddleware({
        phase: 'incoming',
        handle: (req, _res, next) => {
          req.context.locale = 'rm';
          next();
        },
      }),
      route.get('/locale', {}, ({ locale }) => locale),
    ];
    const { server } = serve([{ name: 'i18n', values }]);
    expect((await server.inject('GET', '/i18n/locale')).body).to.equal('rm');
  });

  it('has English for a client that names no language', async () => {
    const { server } = serve([{ name: 'blog', values: [route.get('/it', {}, ({ locale }) => locale)] }]);
    expect((await server.inject('GET', '/blog/it')).body).to.equal('en');
  });
});
