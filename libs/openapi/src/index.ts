export { seldonContent, seldonSchemas } from './seldon-schemas.js';
export { SWAGGER_POLICY, swaggerAsset, swaggerPage, swaggerStart } from './swagger-ui.js';
