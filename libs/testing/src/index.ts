export { testDatabase, testRedisUrl } from './test-services.js';
