import {
  defineEntity,
  defineExtension,
  defineListener,
  defineSettings,
  route,
  type Services,
  Type,
} from 'backplane';
import { expect } from 'chai';

class Greeter {
  greet(name: string): string {
    return `Hello ${name}`;
  }
}

const Parcel = defineEntity('public-face.parcel', {
  fields: { weight: Type.Integer(), note: Type.Optional(Type.String()) },
});

declare module 'backplane' {
  interface Entities {
    'public-face.parcel': typeof Parcel;
  }
  interface Services {
    publicFaceGreeter: Greeter;
  }
  interface Events {
    'public-face.greeted': { name: string };
  }
}

const settings = defineSettings(Type.Object({ pageSize: Type.Integer({ default: 25 }) }));

/** What is written here is checked by `tsc`: the assignments hold only if the types do. */
describe('the public face, as an extension author types it', () => {
  it('types services, events and settings by declaration merging, without a cast', () => {
    const extension = defineExtension<typeof settings>({
      register({ container, settings: { pageSize } }) {
        const size: number = pageSize;
        container.singleton('publicFaceGreeter', Greeter);
        // @ts-expect-error a service must be what `Services` says
        container.singleton('publicFaceGreeter', Date);
        return void size;
      },
      boot({ services, events }) {
        const text: string = services.publicFaceGreeter.greet('you');
        void events.emit('public-face.greeted', { name: text });
        // @ts-expect-error the payload must be what `Events` says
        void events.emit('public-face.greeted', { nam: text });
        events.on('public-face.greeted', ({ name }) => name.toUpperCase());
      },
    });
    expect(extension).to.have.property('boot');
    expect(defineListener('public-face.greeted', ({ name }) => name.length)).to.have.property('pattern');
  });

  it('types the events of an entity by its rows, also those that a pattern matches', () => {
    const one = defineListener('public-face.parcel.updated', ({ id, row, previous }) => {
      const weight: number = row.weight - (previous?.weight ?? 0);
      // @ts-expect-error an optional field may be null
      const note: string = row.note;
      return [id, weight, note];
    });
    const all = defineListener('public-face.parcel.*', ({ row }) => row.weight.toFixed());
    // @ts-expect-error nobody declares such an event
    defineListener('public-face.parcel.lost', ({ row }) => row);
    expect([one, all]).to.have.length(2);
  });

  it('types a handler by the schemas of its route', () => {
    const posts = route.get(
      '/posts/:id',
      {
        params: Type.Object({ id: Type.Integer() }),
        query: Type.Object({ full: Type.Optional(Type.Boolean()) }),
      },
      ({ params, query, services, actor }) => {
        const id: number = params.id;
        const full: boolean | undefined = query.full;
        const greeter: Services['publicFaceGreeter'] = services.publicFaceGreeter;
        // @ts-expect-error without `auth` there may be no actor
        const who: string = actor.id;
        return { id, full, greeter, who };
      },
    );
    expect(posts.path).to.equal('/posts/:id');
  });
});
