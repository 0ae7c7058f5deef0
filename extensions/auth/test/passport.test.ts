import { extensionFolder } from 'backplane/testing';
import { expect } from 'chai';
import jwt from 'jsonwebtoken';
import { Strategy } from 'passport';
import { passportStrategy } from '../index.ts';
import { ann, bearer, createUser, login, startAuth } from './app.ts';

/** Another extension with strategies of Passport, of every kind of outcome that one may have. */
function company() {
  return extensionFolder({
    'manifest.json': { name: 'company', version: '1.0.0', dependencies: { auth: '^1.0.0' } },
    'strategies/badges.ts': `
      import { Strategy } from 'passport';
      import { problem } from 'backplane';
      import { passportStrategy } from 'ext:auth';

      class Badge extends Strategy {
        name = 'badge';
        authenticate(req) {
          const badge = req.headers['x-badge'];
          if (badge === undefined) return this.pass();
          if (badge === 'broken') return this.error(new Error('The reader is broken.'));
          if (badge === 'thrown') throw new Error('The reader fell down.');
          if (badge === 'elsewhere') return this.redirect('https://login.example.org/');
          if (badge === 'lost') return this.fail({ message: 'This badge was lost.' }, 401);
          setImmediate(() => this.success({ badge }));
        }
      }
      export default [
        passportStrategy(new Badge(), {
          challenge: 'Badge',
          actor: (user) => ({ id: user.badge, roles: ['guest'] }),
        }),
        passportStrategy(new Badge(), {
          name: 'strict-badge',
          actor: (user) => ({ id: user.badge, roles: [] }),
          refused: (reason) => { throw problem(401, reason.message, { code: 'BADGE_LOST' }); },
        }),
      ];`,
    'routes/doors.ts': `
      import { route } from 'backplane';
      const who = ({ actor }) => actor?.id ?? 'nobody';
      export default [
        route.get('/door', { auth: 'badge' }, who),
        route.get('/safe', { auth: 'strict-badge' }, who),
        route.get('/any', { auth: 'required' }, who),
        route.get('/hall', { auth: 'optional' }, who),
      ];`,
  });
}

describe('A strategy of Passport', () => {
  it('becomes one that routes name, with each of its outcomes', async () => {
    using extension = company();
    await using kernel = await startAuth({ extensions: [extension] });
    const get = (path: string, badge?: string) =>
      kernel.inject('GET', `/company/${path}`, badge === undefined ? {} : { headers: { 'x-badge': badge } });
    expect((await get('door', '7')).body).to.equal('7');
    expect((await get('any', '7')).body).to.equal('7');
    expect((await get('door')).status, 'pass').to.equal(401);
    expect((await get('door')).headers['www-authenticate']).to.equal('Badge');
    expect((await get('door', 'lost')).status, 'fail').to.equal(401);
    expect((await get('hall')).body).to.equal('nobody');
    expect((await get('hall', 'lost')).json(), 'one of them says so').to.include({ code: 'BADGE_LOST' });
    expect((await get('safe', 'lost')).json()).to.include({
      code: 'BADGE_LOST',
      detail: 'This badge was lost.',
    });
    expect((await get('door', 'broken')).status, 'error').to.equal(500);
    expect((await get('door', 'thrown')).status, 'thrown').to.equal(500);
    const elsewhere = await get('door', 'elsewhere');
    expect(elsewhere.status, 'redirect').to.equal(302);
    expect(elsewhere.headers.location).to.equal('https://login.example.org/');
    expect((await get('hall', 'elsewhere')).status).to.equal(302);
  });

  it('of an identity provider gets the tokens that are not of this server', async () => {
    using extension = extensionFolder({
      'manifest.json': {
        name: 'provider',
        version: '1.0.0',
        dependencies: { auth: '^1.0.0' },
        packages: { 'passport-jwt': '^4.0.0' },
      },
      'strategies/provider.ts': `
        import { ExtractJwt, Strategy } from 'passport-jwt';
        import { passportStrategy } from 'ext:auth';
        const strategy = new Strategy(
          { jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(), secretOrKey: 'theirs', issuer: 'provider' },
          (claims, done) => done(null, claims),
        );
        export default passportStrategy(strategy, { name: 'provider', actor: ({ sub }) => ({ id: sub, roles: [] }) });`,
      'routes/who.ts': `
        import { route } from 'backplane';
        export default route.get('/who', { auth: 'required' }, ({ actor }) => actor.id);`,
    });
    await using kernel = await startAuth({ extensions: [extension] });
    const id = await createUser(kernel);
    const who = (headers: Record<string, string>) => kernel.inject('GET', '/provider/who', { headers });
    const theirs = jwt.sign({ sub: 'stranger' }, 'theirs', { issuer: 'provider', expiresIn: 60 });
    expect((await who(bearer({ accessToken: theirs }))).body).to.equal('stranger');
    expect((await who(bearer(await login(kernel, ann)))).body).to.equal(id);
    const posing = jwt.sign({ sub: id }, 'theirs', { issuer: 'backplane', expiresIn: 60 });
    expect((await who(bearer({ accessToken: posing }))).status).to.equal(401);
  });

  it('needs a name', () => {
    class Nameless extends Strategy {}
    expect(() => passportStrategy(new Nameless(), { actor: () => undefined })).to.throw(/no name/);
  });
});
