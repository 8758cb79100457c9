/** The door `switchyard/sdk`: all that a component's class may import. It stands on nothing outside of this library. */
export type { Component, Meta, Metric, Names, Result } from './component.js';
export { SeldonMicroserviceException } from './seldon-microservice-exception.js';
export { SeldonResponse } from './seldon-response.js';
export { type NumericArray, Tensor } from './tensor.js';
