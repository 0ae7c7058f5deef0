// NestJS on Express: a module with a controller per extension. Its decorators are applied by hand, as the compiler would.
import 'reflect-metadata';
import { Controller, Get, Module, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { extensions, thing } from '../shape.ts';
import { host, report } from './serve.mjs';

function moduleOf({ name, resources }) {
  class ThingController {}
  for (const resource of resources) {
    ThingController.prototype[resource] = function find(id) {
      return thing(id);
    };
    Param('id')(ThingController.prototype, resource, 0);
    const descriptor = Object.getOwnPropertyDescriptor(ThingController.prototype, resource);
    Get(`${resource}/:id`)(ThingController.prototype, resource, descriptor);
  }
  Controller(name)(ThingController);

  class ThingModule {}
  Module({ controllers: [ThingController] })(ThingModule);
  return ThingModule;
}

class AppModule {}
Module({ imports: extensions.map(moduleOf) })(AppModule);

const app = await NestFactory.create(AppModule, { logger: false });
await app.listen(0, host);
report(app.getHttpServer());
