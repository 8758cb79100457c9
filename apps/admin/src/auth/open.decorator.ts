import { Reflector } from '@nestjs/core';

/** Marks what needs no API key. */
export const Open = Reflector.createDecorator<true>();
